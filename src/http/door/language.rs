//! Which of the two languages the reader of a refusal prefers.
//!
//! Owns: reading `Accept-Language` (RFC 9110 section 12.5.4) as far as two languages need it.

/// The languages in which a refusal can be worded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Language {
    /// Also for those who state no preference: the service is made for Indonesian communities.
    #[default]
    Indonesian,
    English,
}

impl Language {
    /// Picks English only when it is preferred to Indonesian. A value that can't be read counts as
    /// no preference: language never is a reason to refuse.
    pub(super) fn from_accept_language(value: &[u8]) -> Language {
        let Ok(value) = std::str::from_utf8(value) else {
            return Language::default();
        };
        let (mut indonesian, mut english, mut any) = (None, None, None);
        for item in value.split(',') {
            let mut parts = item.split(';').map(str::trim);
            let range = parts.next().unwrap_or_default();
            let weight = parts.find_map(weight_in_thousandths).unwrap_or(1000);
            let primary = range.split('-').next().unwrap_or_default();
            let slot = match primary {
                "*" => &mut any,
                p if p.eq_ignore_ascii_case("id") => &mut indonesian,
                p if p.eq_ignore_ascii_case("en") => &mut english,
                _ => continue,
            };
            *slot = Some(weight.max(slot.unwrap_or(0)));
        }
        let indonesian = indonesian.or(any).unwrap_or(0);
        let english = english.or(any).unwrap_or(0);
        if english > indonesian {
            Language::English
        } else {
            Language::Indonesian
        }
    }

    /// The tag for `Content-Language`.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Language::Indonesian => "id",
            Language::English => "en",
        }
    }
}

/// Reads `q=0.8` as 800; `None` when the parameter is another or malformed.
fn weight_in_thousandths(parameter: &str) -> Option<u32> {
    let value = parameter
        .strip_prefix("q=")
        .or(parameter.strip_prefix("Q="))?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: u32 = whole.parse().ok().filter(|w| *w <= 1)?;
    let fraction: u32 = format!("{fraction:0<3}").parse().ok()?;
    Some((whole * 1000 + fraction).min(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_chosen_only_when_preferred() {
        use Language::{English, Indonesian};
        for (value, expected) in [
            ("", Indonesian),
            ("en", English),
            ("en-GB,en;q=0.9", English),
            ("id", Indonesian),
            ("id,en", Indonesian),
            ("id;q=0.5, en;q=0.8", English),
            ("en;q=0.5, id;q=0.8", Indonesian),
            ("fr, *;q=0.1", Indonesian),
            ("*;q=0.2, id;q=0", English),
            ("en;q=0", Indonesian),
            ("en;q=banana", English),
            ("\u{fffd}", Indonesian),
        ] {
            assert_eq!(
                Language::from_accept_language(value.as_bytes()),
                expected,
                "{value}"
            );
        }
    }
}
