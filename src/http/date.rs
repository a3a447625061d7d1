//! The date of an answer, as HTTP writes it (RFC 9110, 5.6.7).

use chrono::{DateTime, Utc};

/// Writes a time, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn http_date(time: DateTime<Utc>) -> String {
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_the_rfc_shows_it() {
        let time = DateTime::from_timestamp(784_111_777, 0).unwrap();
        assert_eq!(http_date(time), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
