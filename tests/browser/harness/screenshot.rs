//! Pictures of pages: for README.md when asked for, and of a page on which a test failed.

use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use super::visitor::Visitor;

/// Set to have the pictures in `docs/screenshots` made anew.
const ASKED: &str = "UPDATE_SCREENSHOTS";

impl Visitor {
    /// Takes a picture of the page as far down as readers of the documentation want to see it, and keeps
    /// it there if that is asked for.
    pub(crate) fn take_screenshot(&self, name: &str) {
        let picture = self.picture(1200.0);
        assert!(picture.len() < 200_000, "{name}: {} bytes", picture.len());
        if std::env::var_os(ASKED).is_some() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screenshots");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
        }
    }

    /// A picture of the page, also of what is below the window, down to a height.
    pub(crate) fn picture(&self, lowest: f64) -> Vec<u8> {
        let size = self.call("Page.getLayoutMetrics", json!({}));
        let size = &size["cssContentSize"];
        let height = size["height"]
            .as_f64()
            .unwrap()
            .max(f64::from(self.looks.height))
            .min(lowest);
        let picture = self.call(
            "Page.captureScreenshot",
            json!({"format": "png", "captureBeyondViewport": true,
                "clip": {"x": 0, "y": 0, "scale": 1, "width": size["width"], "height": height}}),
        );
        bytes_of(&picture).unwrap()
    }

    /// Leaves a picture beside the build for whoever looks into a failure. Fails silently.
    pub(super) fn photograph_a_failure(&self) {
        let picture = self.try_to_call("Page.captureScreenshot", json!({"format": "png"}));
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("test").replace("::", "-");
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        if let Some(picture) = picture.ok().and_then(|picture| bytes_of(&picture)) {
            let _ = std::fs::write(path, picture);
        }
    }
}

fn bytes_of(picture: &Value) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(picture["data"].as_str()?).ok()
}
