//! In which of two formats numbers are told, and the way from the one to the other.
//!
//! What is made is OpenMetrics. The plain text of Prometheus (version 0.0.4) has the same samples: a counter's
//! family has the name of its samples there, there are no families of information, and no units and no end.

/// A text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// OpenMetrics 1.0.0: for whoever asks for nothing else.
    OpenMetrics,
    /// Prometheus's plain text, version 0.0.4.
    Plain,
}

impl Format {
    /// The format that the `Accept` headers of a request prefer.
    pub(crate) fn negotiate<'a>(headers: impl Iterator<Item = &'a str>) -> Self {
        let (mut open, mut plain) = (0.0, 0.0);
        for range in headers.flat_map(|header| header.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
            let quality = parts.find_map(|part| part.strip_prefix("q="));
            let quality: f64 = quality.and_then(|text| text.parse().ok()).unwrap_or(1.0);
            match kind.as_str() {
                "application/openmetrics-text" => open = f64::max(open, quality),
                "text/plain" | "text/*" => plain = f64::max(plain, quality),
                _ => {}
            }
        }
        if plain > open {
            Self::Plain
        } else {
            Self::OpenMetrics
        }
    }

    /// The media type of the text.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Plain => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// What the samples of a family have behind its name, where that is something the older format has in the
/// name of the family too, and what it calls the type.
const fn in_plain(kind: &str) -> (&'static str, Option<&'static str>) {
    match kind.as_bytes() {
        b"counter" => ("_total", None),
        b"info" => ("_info", Some("gauge")),
        b"unknown" => ("", Some("untyped")),
        _ => ("", None),
    }
}

/// Writes OpenMetrics as plain text.
pub(super) fn plain(open: &str) -> String {
    let mut text = String::with_capacity(open.len());
    // The help comes before the type, which says what the family is called.
    let mut help = None;
    for line in open.lines() {
        if let Some(described) = line.strip_prefix("# HELP ") {
            help = described.split_once(' ');
        } else if let Some((family, kind)) = line
            .strip_prefix("# TYPE ")
            .and_then(|described| described.split_once(' '))
        {
            let (suffix, other) = in_plain(kind);
            if let Some((_, words)) = help.take().filter(|(name, _)| *name == family) {
                text.push_str(&format!("# HELP {family}{suffix} {words}\n"));
            }
            let kind = other.unwrap_or(kind);
            text.push_str(&format!("# TYPE {family}{suffix} {kind}\n"));
        } else if !line.starts_with('#') {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_for_who_prefers_it() {
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.5,\
                          application/openmetrics-text;version=0.0.1;q=0.4,\
                          text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
        for (headers, format) in [
            (&[][..], Format::OpenMetrics),
            (&["*/*"], Format::OpenMetrics),
            (&[prometheus], Format::OpenMetrics),
            (&["application/openmetrics-text"], Format::OpenMetrics),
            (&["text/html,*/*;q=0.8"], Format::OpenMetrics),
            (&["text/plain;q=0"], Format::OpenMetrics),
            (&["application/json"], Format::OpenMetrics),
            (&["text/plain"], Format::Plain),
            (&["TEXT/PLAIN; version=0.0.4; charset=utf-8"], Format::Plain),
            (&["text/plain;version=0.0.4;q=0.5,*/*;q=0.1"], Format::Plain),
            (
                &["application/openmetrics-text;q=0.2", "text/plain;q=0.3"],
                Format::Plain,
            ),
        ] {
            let found = Format::negotiate(headers.iter().copied());
            assert_eq!(found, format, "{headers:?}");
        }
    }

    #[test]
    fn a_family_has_the_name_of_its_samples() {
        let open = "# HELP a_joins Joins.\n# TYPE a_joins counter\na_joins_total 2\n\
                    # HELP a_build The program.\n# TYPE a_build info\na_build_info{v=\"1\"} 1\n\
                    # HELP a_took_seconds Time.\n# TYPE a_took_seconds histogram\n\
                    # UNIT a_took_seconds seconds\na_took_seconds_sum 0.5\n# EOF\n";
        let expected = "# HELP a_joins_total Joins.\n# TYPE a_joins_total counter\n\
                        a_joins_total 2\n\
                        # HELP a_build_info The program.\n# TYPE a_build_info gauge\n\
                        a_build_info{v=\"1\"} 1\n\
                        # HELP a_took_seconds Time.\n# TYPE a_took_seconds histogram\n\
                        a_took_seconds_sum 0.5\n";
        assert_eq!(plain(open), expected);
    }
}
