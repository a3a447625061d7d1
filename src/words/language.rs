//! Which language a person reads: Indonesian, or English when the request prefers it.

/// A language that messages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    /// Bahasa Indonesia, the default.
    #[default]
    Indonesian,
    /// English.
    English,
}

/// A text in every language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words {
    /// In Indonesian.
    pub(crate) id: &'static str,
    /// In English.
    pub(crate) en: &'static str,
}

impl Words {
    /// The text in one language.
    pub(crate) const fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::Indonesian => self.id,
            Language::English => self.en,
        }
    }
}

impl Language {
    /// The language's tag, as `Content-Language` has it.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Indonesian => "id",
            Self::English => "en",
        }
    }

    /// Reads what [`Self::tag`] writes.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        [Self::Indonesian, Self::English]
            .into_iter()
            .find(|language| language.tag() == tag)
    }

    /// Chooses by the values of `Accept-Language` (RFC 9110, 12.5.4): the highest weight wins, the one
    /// named first among equals, and Indonesian when neither is named.
    pub(crate) fn negotiate<'a>(accepted: impl Iterator<Item = &'a str>) -> Self {
        let mut best = (Self::Indonesian, 0);
        for range in accepted.flat_map(|header| header.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let weight = parts.find_map(weight).unwrap_or(1000);
            if let Some(language) = Self::from_range(tag)
                && weight > best.1
            {
                best = (language, weight);
            }
        }
        best.0
    }

    /// The language of `en`, `en-GB`, `id-ID`, `*`, …; `in` is what Indonesian was called before 1989
    /// and what old Java and Android still send.
    fn from_range(range: &str) -> Option<Self> {
        let primary = range.split('-').next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "id" | "in" | "*" => Some(Self::Indonesian),
            _ => None,
        }
    }
}

/// Reads `q=0.8` as 800; a weight that is none counts as 0, so that it chooses nothing.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let digits = format!("{whole}{fraction:0<3}");
    let fits = whole.len() == 1 && fraction.len() <= 3;
    let weight = digits.parse().ok().filter(|weight| *weight <= 1000);
    Some(weight.filter(|_| fits).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_spoken_to_whom_prefers_it() {
        for (accepted, tag) in [
            (&[][..], "id"),
            (&[""], "id"),
            (&["en"], "en"),
            (&["EN-us"], "en"),
            (&["fr"], "id"),
            (&["fr, en;q=0.1"], "en"),
            (&["id, en"], "id"),
            (&["en, id"], "en"),
            (&["en;q=0.8, id;q=0.9"], "id"),
            (&["en;q=0.9,id-ID;q=0.8"], "en"),
            (&["in-ID, en;q=0.5"], "id"),
            (&["en;q=0"], "id"),
            (&["en;q=0.5, *"], "id"),
            (&["*;q=0.5, en"], "en"),
            (&["de", "en;q=0.3"], "en"),
            (&["en;q=high"], "id"),
            (&["en;q=1.5, id;q=0.1"], "id"),
            (&["en ; q = 1.000"], "en"),
            (&["english"], "id"),
        ] {
            let language = Language::negotiate(accepted.iter().copied());
            assert_eq!(language.tag(), tag, "{accepted:?}");
        }
    }
}
