//! A browser without a script: it keeps cookies, sends forms as they are shown, and goes where it is led.

use crate::support::{Call, Reply, TestServer};

/// A person with a browser.
pub(crate) struct Visitor<'a> {
    server: &'a TestServer,
    /// Names, values and paths.
    cookies: Vec<(String, String, String)>,
    headers: Vec<(&'static str, &'static str)>,
}

/// A page that a browser shows.
pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) reply: Reply,
}

impl<'a> Visitor<'a> {
    pub(crate) fn of(server: &'a TestServer) -> Self {
        Self {
            server,
            cookies: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// The same with a header in every request.
    pub(crate) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same, signed in as the organiser.
    pub(crate) fn signed_in(mut self) -> Self {
        let page = self.get("/organiser");
        let fields = [("token", crate::support::ORGANISER)];
        let page = self.submit(&page, "/organiser/sign-in", &fields);
        page.ok();
        self
    }

    fn call(&self, call: Call) -> Call {
        let path = call.path().to_owned();
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .filter(|(_, _, at)| path.starts_with(at.as_str()))
            .map(|(name, value, _)| format!("{name}={value}"))
            .collect();
        let mut call = call;
        for (name, value) in &self.headers {
            call = call.header(name, value);
        }
        if cookies.is_empty() {
            call
        } else {
            call.header("Cookie", &cookies.join("; "))
        }
    }

    /// Sends one request, without going where it leads.
    pub(crate) fn send(&mut self, call: Call) -> Reply {
        let reply = self.server.send(&self.call(call));
        for (name, value) in &reply.headers {
            if name.eq_ignore_ascii_case("Set-Cookie") {
                self.keep(value);
            }
        }
        reply
    }

    fn keep(&mut self, set_cookie: &str) {
        let mut parts = set_cookie.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let mut path = "/";
        let mut is_gone = false;
        for part in parts {
            match part.split_once('=') {
                Some(("Path", given)) => path = given,
                Some(("Max-Age", "0")) => is_gone = true,
                _ => {}
            }
        }
        self.cookies
            .retain(|(known, _, at)| known != name || at != path);
        if !is_gone {
            self.cookies
                .push((name.to_owned(), value.to_owned(), path.to_owned()));
        }
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let mut cookies = self.cookies.iter();
        cookies
            .find(|(known, ..)| known == name)
            .map(|(_, value, _)| value.as_str())
    }

    /// Looks at a page, going where it leads.
    pub(crate) fn get(&mut self, path: &str) -> Page {
        let mut path = path.to_owned();
        for _ in 0..5 {
            let asked = path.split('#').next().unwrap().to_owned();
            let reply = self.send(Call::get(&asked));
            if reply.status != 303 {
                return Page { path, reply };
            }
            path = reply.header("Location").unwrap().to_owned();
        }
        panic!("{path} leads nowhere");
    }

    /// Sends a form of a page with what it has hidden, and goes where that leads.
    pub(crate) fn submit(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let reply = self.send_form(page, action, fields);
        if reply.status == 303 {
            let location = reply.header("Location").unwrap().to_owned();
            return self.get(&location);
        }
        Page {
            path: action.to_owned(),
            reply,
        }
    }

    /// Sends a form of a page with what it has hidden.
    pub(crate) fn send_form(
        &mut self,
        page: &Page,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Reply {
        let hidden = page.hidden(action);
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (&**n, &**v)).collect();
        all.extend(fields);
        let call = Call::post(action)
            .header("Sec-Fetch-Site", "same-origin")
            .form(&all);
        self.send(call)
    }
}

impl Page {
    /// The text of a page that must be 200.
    #[track_caller]
    pub(crate) fn ok(&self) -> &str {
        assert_eq!(self.reply.status, 200, "{}: {}", self.path, self.text());
        self.text()
    }

    /// The page's HTML.
    pub(crate) fn text(&self) -> &str {
        self.reply.text()
    }

    /// Asserts that the page has a text.
    #[track_caller]
    pub(crate) fn has(&self, text: &str) -> &Self {
        assert!(
            self.text().contains(text),
            "{} has no {text:?}: {}",
            self.path,
            self.text()
        );
        self
    }

    /// Asserts that the page does not have a text.
    #[track_caller]
    pub(crate) fn has_no(&self, text: &str) -> &Self {
        assert!(
            !self.text().contains(text),
            "{} has {text:?}: {}",
            self.path,
            self.text()
        );
        self
    }

    /// The value of an attribute after a text.
    #[track_caller]
    pub(crate) fn after(&self, text: &str) -> String {
        let (_, rest) = self
            .text()
            .split_once(text)
            .unwrap_or_else(|| panic!("no {text:?} in {}", self.text()));
        rest.split_once('"').unwrap().0.replace("&#38;", "&")
    }

    /// The hidden fields of a form.
    #[track_caller]
    pub(crate) fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let start = format!("action=\"{action}\"");
        let (_, form) = self
            .text()
            .split_once(&start)
            .unwrap_or_else(|| panic!("{} has no form {action}: {}", self.path, self.text()));
        let form = form.split_once("</form>").unwrap().0;
        form.split("<input type=\"hidden\" name=\"")
            .skip(1)
            .map(|input| {
                let (name, rest) = input.split_once("\" value=\"").unwrap();
                (name.to_owned(), rest.split_once('"').unwrap().0.to_owned())
            })
            .collect()
    }
}
