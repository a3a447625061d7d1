//! The style sheet, the script and the icon: part of the executable, served under names that change with
//! what is in them.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// A file that pages refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asset {
    /// How pages look.
    Stylesheet,
    /// What pages can do besides what they do without it.
    Script,
    /// The picture in the window's tab.
    Icon,
}

impl Asset {
    const ALL: [Self; 3] = [Self::Stylesheet, Self::Script, Self::Icon];

    /// What is in it.
    pub(crate) const fn content(self) -> &'static str {
        match self {
            Self::Stylesheet => include_str!("assets/sambatan.css"),
            Self::Script => include_str!("assets/sambatan.js"),
            Self::Icon => include_str!("assets/icon.svg"),
        }
    }

    /// Its media type.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Stylesheet => "text/css; charset=utf-8",
            Self::Script => "text/javascript; charset=utf-8",
            Self::Icon => "image/svg+xml",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Stylesheet => "css",
            Self::Script => "js",
            Self::Icon => "svg",
        }
    }
}

static PATHS: LazyLock<[String; 3]> = LazyLock::new(|| {
    Asset::ALL.map(|asset| {
        let digest = Sha256::digest(asset.content());
        let tag: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
        format!("/assets/sambatan-{tag}.{}", asset.ending())
    })
});

/// Where an asset is.
pub(crate) fn path(asset: Asset) -> &'static str {
    let [stylesheet, script, icon] = &*PATHS;
    match asset {
        Asset::Stylesheet => stylesheet,
        Asset::Script => script,
        Asset::Icon => icon,
    }
}

/// The asset of a name under `/assets/`.
pub(crate) fn find_asset(name: &str) -> Option<Asset> {
    Asset::ALL
        .into_iter()
        .find(|asset| path(*asset).strip_prefix("/assets/") == Some(name))
}
