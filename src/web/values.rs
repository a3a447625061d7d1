//! What a form shows in its fields: what was typed, and what is wrong with it.

/// The values of a form's fields and what is wrong with each.
#[derive(Debug, Default)]
pub(crate) struct Values {
    values: Vec<(&'static str, String)>,
    errors: Vec<(&'static str, String)>,
}

impl Values {
    /// Sets what a field shows.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.values.retain(|(known, _)| *known != name);
        self.values.push((name, value.into()));
    }

    /// The same with a field that shows something.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// Notes what is wrong with a field; the first thing is shown.
    pub(crate) fn refuse(&mut self, name: &'static str, message: String) {
        self.errors.push((name, message));
    }

    /// What a field shows.
    pub(crate) fn value(&self, name: &str) -> &str {
        let mut values = self.values.iter();
        values
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value)
    }

    /// What is wrong with a field.
    pub(crate) fn error(&self, name: &str) -> Option<&str> {
        let mut errors = self.errors.iter();
        errors
            .find(|(known, _)| *known == name)
            .map(|(_, message)| message.as_str())
    }

    /// Whether anything is wrong.
    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The attributes that tell a screen reader where a field's hint and error stand. `name` is one of
    /// ours, so nothing in it needs to be escaped.
    pub(crate) fn describe(&self, name: &'static str, has_hint: bool) -> String {
        let is_wrong = self.error(name).is_some();
        let hint = has_hint.then(|| format!("h-{name}"));
        let error = is_wrong.then(|| format!("e-{name}"));
        let ids: Vec<_> = hint.into_iter().chain(error).collect();
        let mut attributes = String::new();
        if !ids.is_empty() {
            attributes = format!("aria-describedby=\"{}\"", ids.join(" "));
        }
        if is_wrong {
            attributes.push_str(" aria-invalid=\"true\"");
        }
        attributes
    }
}
