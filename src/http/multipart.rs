//! Forms with files, `multipart/form-data` as browsers send it (RFC 7578), from a body that is here as a whole.
//!
//! No crate fits: `multer` and its kin read asynchronous streams, `multipart` and `mime_multipart` have been kept
//! by nobody for years, and the synchronous half of `form-data` copies what it reads and brings the types of
//! another HTTP library along. Of a body in memory that is bounded at the door little is left to do. Nothing is
//! repaired: what a browser would not send is no form.

use memchr::memmem;

/// The most parts of a form.
const MOST_PARTS: usize = 40;
/// The most bytes of the headers of a part.
const MOST_OF_HEAD: usize = 1024;
/// RFC 2046, 5.1.1.
const LONGEST_BOUNDARY: usize = 70;

/// A part of a form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// The name of its field.
    pub(crate) name: String,
    /// The name of the file, of a field for files; empty when none was chosen.
    pub(crate) file: Option<String>,
    /// What is in it.
    pub(crate) content: &'a [u8],
}

/// What stands between the parts, when the type of a body says that it is such a form.
pub(crate) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let (name, value) = parameters.trim().split_once('=')?;
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"')?,
        None => value,
    };
    let is_sane = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&byte);
    let is_one = name.eq_ignore_ascii_case("boundary")
        && (1..=LONGEST_BOUNDARY).contains(&value.len())
        && value.bytes().all(is_sane);
    is_one.then_some(value)
}

/// The parts of a form; none when it is not exactly one. Two fields of one name are one too many.
pub(crate) fn parse<'a>(boundary: &str, body: &'a [u8]) -> Option<Vec<Part<'a>>> {
    let first = format!("--{boundary}\r\n");
    let delimiter = format!("\r\n--{boundary}");
    let ends = memmem::Finder::new(delimiter.as_bytes());
    let mut rest = body.strip_prefix(first.as_bytes())?;
    let mut parts: Vec<Part<'a>> = Vec::new();
    loop {
        let head = memmem::find(&rest[..rest.len().min(MOST_OF_HEAD)], b"\r\n\r\n")?;
        let (name, file) = names(std::str::from_utf8(&rest[..head]).ok()?)?;
        // An empty part ends where its head does: the line break before the boundary is its own.
        let content = &rest[head + 4..];
        let end = ends.find(content)?;
        if parts.len() == MOST_PARTS || parts.iter().any(|part| part.name == name) {
            return None;
        }
        parts.push(Part {
            name,
            file,
            content: &content[..end],
        });
        let after = &content[end + delimiter.len()..];
        match after.strip_prefix(b"\r\n") {
            Some(next) => rest = next,
            None => return matches!(after, b"--" | b"--\r\n").then_some(parts),
        }
    }
}

/// The names that the headers of a part say.
fn names(head: &str) -> Option<(String, Option<String>)> {
    let mut found = None;
    for line in head.split("\r\n") {
        let (header, value) = line.split_once(':')?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if header.is_empty() || !header.bytes().all(is_name) {
            return None;
        }
        if header.eq_ignore_ascii_case("content-disposition") {
            if found.is_some() {
                return None;
            }
            found = Some(disposition(value.trim())?);
        }
    }
    found
}

/// `form-data; name="…"`, perhaps with `; filename="…"`.
fn disposition(value: &str) -> Option<(String, Option<String>)> {
    let mut rest = value.strip_prefix("form-data")?;
    let (mut name, mut file) = (None, None);
    while !rest.is_empty() {
        let (key, quoted) = rest.strip_prefix(';')?.trim_start().split_once("=\"")?;
        let (text, after) = quoted.split_once('"')?;
        let place = match key {
            "name" => &mut name,
            "filename" => &mut file,
            _ => return None,
        };
        // Browsers write these three so (the HTML standard, 4.10.22.8).
        let text = text
            .replace("%22", "\"")
            .replace("%0D", "\r")
            .replace("%0A", "\n");
        if place.replace(text).is_some() {
            return None;
        }
        rest = after;
    }
    Some((name?, file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn part(name: &str, file: Option<&str>, content: &[u8]) -> Vec<u8> {
        let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
        let head = format!(
            "--B\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\nContent-Type: text/csv\r\n\r\n"
        );
        [head.as_bytes(), content, b"\r\n"].concat()
    }

    fn form(parts: &[Vec<u8>]) -> Vec<u8> {
        [parts.concat(), b"--B--\r\n".to_vec()].concat()
    }

    #[test]
    fn fields_and_files_are_read_as_a_browser_sends_them() {
        let body = form(&[
            part("statement", None, b""),
            part("file", Some("mutasi %22a%22.csv"), b"a,b\r\n--C\r\n\r\n"),
            part("none", Some(""), b""),
        ]);
        let parts = parse("B", &body).unwrap();
        let read: Vec<_> = parts
            .iter()
            .map(|part| (part.name.as_str(), part.file.as_deref(), part.content))
            .collect();
        assert_eq!(
            read,
            [
                ("statement", None, &b""[..]),
                ("file", Some("mutasi \"a\".csv"), b"a,b\r\n--C\r\n\r\n"),
                ("none", Some(""), b""),
            ]
        );
    }

    #[test]
    fn the_boundary_stands_in_the_type() {
        for (text, found) in [
            (
                "multipart/form-data; boundary=----WebKitFormBoundaryx1",
                Some("----WebKitFormBoundaryx1"),
            ),
            ("Multipart/Form-Data;boundary=\"a b\"", None),
            ("multipart/form-data; boundary=\"a-b\"", Some("a-b")),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("multipart/form-data; boundary=a; charset=utf-8", None),
            ("multipart/mixed; boundary=a", None),
            ("application/x-www-form-urlencoded", None),
        ] {
            assert_eq!(boundary(text), found, "{text}");
        }
        let long = format!("multipart/form-data; boundary={}", "a".repeat(71));
        assert_eq!(boundary(&long), None);
    }

    fn a_form() -> String {
        String::from_utf8(form(&[part("a", None, b"1")])).unwrap()
    }

    #[test]
    fn a_part_that_no_browser_sends_makes_no_form() {
        let text = a_form();
        for (broken, why) in [
            (format!("x{text}"), "something before it"),
            (format!("{text}x"), "something after it"),
            (
                text.replace("form-data", "attachment"),
                "another disposition",
            ),
            (text.replace("name=\"a\"", "name=a"), "a bare name"),
            (text.replace("; name=\"a\"", ""), "no name"),
            (
                text.replace("name=\"a\"", "name=\"a\"; name=\"b\""),
                "two names",
            ),
            (
                text.replace("name=\"a\"", "name=\"a\"; size=\"1\""),
                "a strange parameter",
            ),
            (
                text.replace("name=\"a\"", &format!("name=\"{}\"", "a".repeat(2_000))),
                "a long head",
            ),
            (
                text.replace(
                    "Content-Type: text/csv",
                    "Content-Disposition: form-data; name=\"b\"",
                ),
                "two dispositions",
            ),
            (text.replace("--B\r\nC", "--B\nC"), "a bare line break"),
        ] {
            assert_eq!(parse("B", broken.as_bytes()), None, "{why}");
        }
        let unreadable = text.replace("name=\"a\"", "name=\"?\"");
        let unreadable: Vec<u8> = unreadable
            .bytes()
            .map(|b| if b == b'?' { 0xff } else { b })
            .collect();
        assert_eq!(parse("B", &unreadable), None, "a name in another encoding");
    }

    #[test]
    fn borders_that_no_browser_sends_make_no_form() {
        let text = a_form();
        assert!(parse("B", text.as_bytes()).is_some());
        for end in 0..text.len() - 2 {
            assert_eq!(parse("B", &text.as_bytes()[..end]), None, "cut at {end}");
        }
        let with = |head: &str| text.replace("Content-Type: text/csv", head);
        for (broken, why) in [
            (with("Content-Type"), "a header without a colon"),
            (
                with(" folded: yes"),
                "a header that goes on from the one before",
            ),
            (text.replace("\r\n\r\n1", "\r\n1"), "no end of the headers"),
            (
                text.replace("name=\"a\"", "name=\"a\"; filename*=UTF-8''b"),
                "another form of a file's name",
            ),
            (
                text.replace("name=\"a\"", "name=\"a\\\"b\""),
                "a quote that is escaped in another way",
            ),
            (text.replace("name=\"a\"", "name=\"a"), "an open quote"),
            (
                text.replace("--B--\r\n", "--B--\r\n--B\r\n"),
                "a part after the end",
            ),
            (text.replace("--B--", "--B-"), "half an end"),
            (text.replace("--B--", "--B --"), "a blank in the end"),
            (text.replace("--B\r\nC", "--B \r\nC"), "a blank after it"),
            (text.replace("--B\r\nC", "--b\r\nC"), "another boundary"),
        ] {
            assert_ne!(broken, text, "{why}");
            assert_eq!(parse("B", broken.as_bytes()), None, "{why}");
        }
    }

    #[test]
    fn a_name_twice_and_too_many_parts_make_no_form() {
        let twice = form(&[part("a", None, b"1"), part("a", None, b"2")]);
        assert_eq!(parse("B", &twice), None);
        let many: Vec<_> = (0..=MOST_PARTS)
            .map(|n| part(&n.to_string(), None, b""))
            .collect();
        assert!(parse("B", &form(&many[1..])).is_some());
        assert_eq!(parse("B", &form(&many)), None);
    }

    #[test]
    fn a_boundary_counts_only_where_a_part_ends() {
        // Whatever is in a part is a part's: what looks like a boundary, a form in a form, a name in a name.
        for content in [
            "--B\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n2",
            "\n--B--\n",
            "\r--B--",
            "--B--",
            "\r\n-- B",
            "\r\n--b--\r\n",
            "--C\r\nContent-Disposition: attachment; filename=\"c\"\r\n\r\nx\r\n--C--",
            "\0\r\n\r\n\0",
        ] {
            let body = form(&[part("a", Some("a"), content.as_bytes())]);
            let parts = parse("B", &body);
            let parts = parts.unwrap_or_else(|| panic!("{content:?}"));
            assert_eq!(parts.len(), 1, "{content:?}");
            assert_eq!(parts[0].content, content.as_bytes());
        }
        let names = ["file[0][name]", "file.name", "../../etc", "a; filename=b"];
        let body = form(&names.map(|name| part(name, None, b"x")));
        let parts = parse("B", &body).unwrap();
        assert!(
            parts
                .iter()
                .zip(names)
                .all(|(part, name)| part.name == name && part.file.is_none())
        );
        // A boundary that goes on is none of this form's, and no browser sends what has it: nothing is guessed.
        let longer = form(&[part("a", None, b"1\r\n--Bx\r\n2")]);
        assert_eq!(parse("B", &longer), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(contents in prop::collection::vec(any::<Vec<u8>>(), 1..6)) {
            let is_plain = |content: &Vec<u8>| memmem::find(content, b"\r\n--B").is_none();
            prop_assume!(contents.iter().all(is_plain));
            let parts: Vec<_> = contents
                .iter()
                .enumerate()
                .map(|(n, content)| part(&format!("f{n}"), Some("x"), content))
                .collect();
            let body = form(&parts);
            let read = parse("B", &body).unwrap();
            let read: Vec<_> = read.iter().map(|part| part.content.to_vec()).collect();
            prop_assert_eq!(read, contents);
        }

        #[test]
        fn no_bytes_break_it(
            mut body in prop::collection::vec(any::<u8>(), 0..300),
            (at, byte, cut) in (0_usize..200, any::<u8>(), 0_usize..220),
        ) {
            parse("B", &body);
            body = form(&[part("a", None, b"1\r\n--"), part("b", Some("c"), &body)]);
            let at = at % body.len();
            body[at] = byte;
            if let Some(parts) = parse("B", &body) {
                prop_assert!(parts.len() <= 3);
            }
            body.truncate(cut);
            prop_assert!(parse("B", &body).is_none_or(|parts| parts.len() <= 2));
        }
    }
}
