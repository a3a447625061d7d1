//! What a visitor reads on a page.

use serde_json::{Value, json};

use super::visitor::Visitor;

impl Visitor {
    /// The text of an element as a person reads it.
    pub(crate) fn text(&self, place: &str) -> String {
        let text = self.evaluate("place => at(place).innerText", &[json!(place)]);
        text.as_str().unwrap().trim().to_owned()
    }

    /// The texts of all elements that a CSS selector finds.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let texts = self.evaluate(
            "selector => [...document.querySelectorAll(selector)].map(one => one.innerText.trim())",
            &[json!(selector)],
        );
        serde_json::from_value(texts).unwrap()
    }

    /// An attribute of an element.
    pub(crate) fn attribute(&self, place: &str, name: &str) -> Option<String> {
        let get = "(place, name) => at(place).getAttribute(name)";
        let value = self.evaluate(get, &[json!(place), json!(name)]);
        value.as_str().map(str::to_owned)
    }

    /// What a field holds.
    pub(crate) fn value(&self, place: &str) -> String {
        let value = self.evaluate("place => at(place).value", &[json!(place)]);
        value.as_str().unwrap().to_owned()
    }

    /// Whether there is such an element.
    pub(crate) fn has(&self, place: &str) -> bool {
        self.evaluate("place => find(place) !== undefined", &[json!(place)]) == true
    }

    /// Waits until there is such an element.
    pub(crate) fn wait_for_element(&self, place: &str) {
        self.wait_for(place, || {
            let found = self.try_to_evaluate("place => Boolean(find(place))", &[json!(place)]);
            found.is_ok_and(|found| found == true)
        });
    }

    /// Whether there is such an element and it can be seen.
    pub(crate) fn is_shown(&self, place: &str) -> bool {
        let shown = "place => Boolean(find(place)?.checkVisibility())";
        self.evaluate(shown, &[json!(place)]) == true
    }

    /// Whether the page fits into the width of the window.
    pub(crate) fn fits_in_width(&self) -> bool {
        let fits = "() => document.documentElement.scrollWidth <= innerWidth";
        self.evaluate(fits, &[]) == true
    }

    /// Whether the page fits into the narrowest window that WCAG speaks of (1.4.10): 320 pixels.
    pub(crate) fn reflows(&self) -> bool {
        self.set_width(320);
        let fits = self.fits_in_width();
        self.set_width(self.looks.width);
        fits
    }

    /// Waits until the text of an element has a part.
    pub(crate) fn wait_for_text(&self, place: &str, part: &str) {
        self.wait_for(&format!("{part:?} in {place}"), || {
            let text = "place => find(place)?.innerText ?? ''";
            let text = self.try_to_evaluate(text, &[json!(place)]);
            text.is_ok_and(|text| text.as_str().is_some_and(|text| text.contains(part)))
        });
    }

    /// Calls a function written in JavaScript with arguments. Also where the page itself runs no script.
    /// `find` and `at` are there to look for elements.
    pub(crate) fn evaluate(&self, function: &str, arguments: &[Value]) -> Value {
        self.try_to_evaluate(function, arguments)
            .unwrap_or_else(|error| panic!("{error}\n{}", self.page_for_people()))
    }

    pub(super) fn try_to_evaluate(
        &self,
        function: &str,
        arguments: &[Value],
    ) -> Result<Value, String> {
        let mut result = self.result_of(function, arguments, true)?;
        Ok(result["value"].take())
    }

    /// Calls a function and answers what the protocol says of its result: the value, or a reference.
    pub(super) fn result_of(
        &self,
        function: &str,
        arguments: &[Value],
        by_value: bool,
    ) -> Result<Value, String> {
        let arguments: Vec<String> = arguments.iter().map(Value::to_string).collect();
        let expression = format!("{{{FIND}\n({function})({})}}", arguments.join(", "));
        let mut answer = self.try_to_call(
            "Runtime.evaluate",
            json!({"expression": expression, "returnByValue": by_value, "awaitPromise": true,
                "userGesture": true}),
        )?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(format!(
                "{function}: {}",
                details["exception"]["description"]
                    .as_str()
                    .unwrap_or_default()
            )),
            None => Ok(answer["result"].take()),
        }
    }

    /// What a person reads on the page, for the message of a failure.
    pub(super) fn page_for_people(&self) -> String {
        let page = "() => `${location.href}\n${document.body?.innerText.slice(0, 3000)}`";
        let page = self.try_to_evaluate(page, &[]);
        page.map_or_else(|error| error, |page| page.as_str().unwrap_or("").to_owned())
    }
}

/// Finds an element by a CSS selector, or by `=` and the words that a person reads on a link, a button
/// or the label of a field.
const FIND: &str = r"
const find = place => {
    if (!place.startsWith('=')) return document.querySelector(place) ?? undefined;
    const words = place.slice(1);
    const found = [...document.querySelectorAll('a, button, summary, label, legend')]
        .find(one => one.innerText.trim() === words);
    return found instanceof HTMLLabelElement ? found.control : found;
};
const at = place => {
    const found = find(place);
    if (!found) throw new Error(`nothing at ${place}`);
    return found;
};";
