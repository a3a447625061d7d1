//! Handles, and other short texts that name somebody or something: when two of them are the same to
//! whoever reads them, and which have characters that nobody sees.
//!
//! Never changes what is stored or shown: a handle stays as it was typed.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

/// What two spellings of the same name have in common: compatibility forms are one (NFKC), so are upper
/// and lower case and every kind and number of blanks between words; what is invisible is left out. As
/// Unicode's NFKC_Casefold (chapter 3.13), and blanks besides. Letters of different scripts that look
/// alike stay different.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComparisonKey(String);

impl ComparisonKey {
    /// The key of a text. The key of a key is itself.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if let Some(plain) = plain(text) {
            return Self(plain);
        }
        let folded: String = visible(text)
            .nfkc()
            // Upper case first: `ß` and `SS`, `ς` and `σ` are one in upper case only.
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase)
            .collect();
        // Neither folding nor leaving out keeps a text normalised; after a second time it is.
        let folded: String = visible(&folded).nfkc().collect();
        Self(one_blank_between_words(&folded))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ComparisonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key of what nearly every handle is.
fn plain(text: &str) -> Option<String> {
    text.is_ascii()
        .then(|| one_blank_between_words(&text.to_ascii_lowercase()))
}

fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|character| !is_hidden(*character))
}

fn one_blank_between_words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first character of a handle that nobody sees or that turns the direction of writing; none when there
/// is nothing but what can be seen. Emoji may have what holds their parts together.
#[must_use]
pub fn find_hidden(handle: &str) -> Option<char> {
    let mut before = None;
    let mut rest = handle.chars().peekable();
    while let Some(character) = rest.next() {
        let after = rest.peek().copied();
        match character {
            TEXT_STYLE | EMOJI_STYLE if has_style(before, after) => continue,
            JOINER if before.is_some_and(is_emoji) && after.is_some_and(is_emoji) => {}
            hidden if is_hidden(hidden) => return Some(hidden),
            _ => {}
        }
        before = Some(character);
    }
    None
}

const JOINER: char = '\u{200d}';
const TEXT_STYLE: char = '\u{fe0e}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';

fn has_style(before: Option<char>, after: Option<char>) -> bool {
    let is_key = |key: char| key.is_ascii_digit() || matches!(key, '#' | '*');
    before.is_some_and(is_emoji) || (before.is_some_and(is_key) && after == Some(KEYCAP))
}

/// What can be a part of an emoji, in whole blocks: only that it is seen matters here.
const fn is_emoji(character: char) -> bool {
    matches!(
        character,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{3030}'
            | '\u{303d}' | '\u{3297}' | '\u{3299}'
            | '\u{2190}'..='\u{27bf}'
            | '\u{2900}'..='\u{2bff}'
            | '\u{1f000}'..='\u{1faff}'
    )
}

/// Whether a character takes no room, or only looks like a blank and is none. Unicode's
/// Default_Ignorable_Code_Point (which has what turns the direction of writing, tags, variation selectors
/// and fillers), what belongs to annotations, and the empty braille cell.
#[must_use]
pub const fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d159}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_have_one_key() {
        for (one, other) in [
            ("arum", "ARUM"),
            ("arum", "Ａｒｕｍ"),
            ("arum", "a\u{200b}rum"),
            ("arum", "arum\u{feff}"),
            ("arum", "\u{202e}arum"),
            ("arum", "ar\u{ad}um"),
            ("arum", "𝐚𝓻𝕦𝙢"),
            ("arum", "arum\u{e0041}"),
            ("arum", "arum\u{2800}"),
            ("arum wangi", "Arum\u{a0} \u{3000}WANGI"),
            ("café", "cafe\u{301}"),
            ("straße", "STRASSE"),
            ("σοφος", "ΣΟΦΟΣ"),
            ("σοφος", "σοφος\u{200c}"),
            ("σοφος", "σοφοσ"),
            ("ﬁtri", "fitri"),
            ("❤\u{fe0f}", "❤"),
            ("عطر", "ع\u{200f}طر"),
            ("１２", "12"),
        ] {
            assert_eq!(
                ComparisonKey::of(one),
                ComparisonKey::of(other),
                "{one} {}",
                other.escape_unicode()
            );
        }
    }

    #[test]
    fn other_names_have_other_keys() {
        for (one, other) in [
            ("arum", "arum2"),
            ("arum wangi", "arumwangi"),
            ("cafe", "café"),
            ("arum", "\u{430}rum"),
            ("budi.w", "budi_w"),
        ] {
            assert_ne!(ComparisonKey::of(one), ComparisonKey::of(other), "{other}");
        }
    }

    #[test]
    fn what_nobody_sees_is_found_and_what_makes_an_emoji_is_not() {
        for (handle, found) in [
            ("budi.w", None),
            ("عطر الورد", None),
            ("Ika ❤\u{fe0f}", None),
            ("👩\u{200d}🌾 Siti", None),
            ("❤\u{fe0f}\u{200d}🔥", None),
            ("👩🏽\u{200d}🌾", None),
            ("no 1\u{fe0f}\u{20e3}", None),
            ("bu\u{200d}di", Some('\u{200d}')),
            ("budi\u{fe0f}", Some('\u{fe0f}')),
            ("1\u{fe0f}", Some('\u{fe0f}')),
            ("❤\u{fe0f}\u{fe0f}", None),
            ("❤\u{200d}", Some('\u{200d}')),
            ("\u{200d}❤", Some('\u{200d}')),
            ("❤\u{200d}\u{200d}❤", Some('\u{200d}')),
            ("a\u{200b}b", Some('\u{200b}')),
            ("a\u{200c}b", Some('\u{200c}')),
            ("a\u{202e}b", Some('\u{202e}')),
            ("a\u{2067}b", Some('\u{2067}')),
            ("a\u{61c}b", Some('\u{61c}')),
            ("\u{3164}", Some('\u{3164}')),
            ("\u{2800}", Some('\u{2800}')),
            ("a\u{ad}b", Some('\u{ad}')),
            ("🏴\u{e0067}\u{e007f}", Some('\u{e0067}')),
            ("a\u{e0100}", Some('\u{e0100}')),
        ] {
            assert_eq!(find_hidden(handle), found, "{}", handle.escape_unicode());
        }
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_itself(text in "\\PC{0,64}") {
            let key = ComparisonKey::of(&text);
            prop_assert_eq!(&ComparisonKey::of(key.as_str()), &key);
        }

        #[test]
        fn invisible_characters_and_case_never_make_another_key(text in "[a-zA-Zà-ü ._]{1,32}") {
            let key = ComparisonKey::of(&text);
            let hidden: String = text.chars().flat_map(|c| [c, '\u{200b}']).collect();
            prop_assert_eq!(&ComparisonKey::of(&hidden), &key);
            prop_assert_eq!(&ComparisonKey::of(&text.to_uppercase()), &key);
        }
    }
}
