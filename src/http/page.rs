//! Lists in pages: `limit`, `cursor`, and the link to the next page.

use std::fmt::Display;
use std::str::FromStr;

use serde::Serialize;

use crate::domain::error::Error;
use crate::domain::field::{Checker, FieldError, Problem};
use crate::domain::reports::{Limit, Page};
use crate::http::request::{Request, parse_optional};
use crate::http::response::Response;

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted<Key> {
    /// It starts after this row.
    pub(crate) after: Option<Key>,
    /// It has at most so many rows.
    pub(crate) limit: Limit,
}

impl<Key: FromStr> Wanted<Key> {
    /// Reads `limit` and `cursor`, and notes what is wrong with them.
    pub(crate) fn read(request: &Request, check: &mut Checker) -> Self {
        let limit = check.take(limit(request));
        let after = parse_optional(request.query.get("cursor")).map_err(|_| FieldError {
            field: "cursor",
            problem: Problem::NotAnId,
        });
        Self {
            after: check.take(after).flatten(),
            limit: limit.unwrap_or_default(),
        }
    }

    /// Reads `limit` and `cursor` of a list that has no other parameters.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`].
    pub(crate) fn only(request: &Request) -> Result<Self, Error> {
        let mut check = Checker::default();
        let wanted = Self::read(request, &mut check);
        check.finish()?;
        Ok(wanted)
    }
}

fn limit(request: &Request) -> Result<Limit, FieldError> {
    let Some(text) = request.query.get("limit") else {
        return Ok(Limit::default());
    };
    text.parse().ok().and_then(Limit::new).ok_or(FieldError {
        field: "limit",
        problem: Problem::OutOfRange(1, i64::from(Limit::MAX)),
    })
}

/// Answers a page as an array; where there is a next page, a `Link` header leads to it (RFC 8288) with
/// the other parameters as they are.
pub(crate) fn answer<'a, Item, Key: Display, Answer: Serialize + From<&'a Item>>(
    request: &Request,
    page: &'a Page<Item, Key>,
) -> Response {
    let answers: Vec<Answer> = page.items.iter().map(Answer::from).collect();
    let response = Response::json(&answers);
    match &page.next {
        None => response,
        Some(next) => {
            let path = request.encoded_path();
            let query = request.query.with("cursor", &next.to_string());
            response.with_header("Link", format!("<{path}?{query}>; rel=\"next\""))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Method;

    fn wanted(query: &str) -> Result<Wanted<i64>, Error> {
        let target = format!("/api/sambatan/campaigns?{query}");
        Wanted::only(&Request::new(String::new(), Method::Get, &target))
    }

    #[test]
    fn a_page_has_a_start_and_a_limit() {
        let page = |after, limit| Wanted {
            after,
            limit: Limit::new(limit).unwrap(),
        };
        assert_eq!(wanted(""), Ok(page(None, 50)));
        assert_eq!(wanted("limit=&cursor="), Ok(page(None, 50)));
        assert_eq!(wanted("limit=200&cursor=17"), Ok(page(Some(17), 200)));
        for limit in ["0", "201", "-1", "1.5", "ten", "99999999999999999999"] {
            let error = Error::from(FieldError {
                field: "limit",
                problem: Problem::OutOfRange(1, 200),
            });
            assert_eq!(wanted(&format!("limit={limit}")), Err(error), "{limit}");
        }
        let Err(Error::ValidationFailed(errors)) = wanted("limit=x&cursor=y") else {
            panic!("both are wrong");
        };
        assert_eq!(errors.len(), 2, "and both are named");
    }
}
