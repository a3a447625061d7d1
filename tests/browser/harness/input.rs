//! What a visitor does with mouse, keyboard, files and clipboard.

use std::path::Path;
use std::sync::Mutex;

use serde_json::json;

use super::visitor::Visitor;

/// A key that does something.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key {
    /// To the next element.
    Tab,
    /// Follows a link, presses a button, submits a form.
    Enter,
    /// Presses a button, turns a checkbox.
    Space,
}

impl Visitor {
    /// Clicks in the middle of an element, where it must be in front.
    pub(crate) fn click(&self, place: &str) {
        let middle = self.evaluate(MIDDLE, &[json!(place)]);
        for event in ["mouseMoved", "mousePressed", "mouseReleased"] {
            self.call(
                "Input.dispatchMouseEvent",
                json!({"type": event, "x": middle["x"], "y": middle["y"],
                    "button": "left", "clickCount": 1}),
            );
        }
    }

    /// Clicks what leads to another page, and waits until that is loaded.
    pub(crate) fn click_through(&self, place: &str) {
        self.until_loaded(|| self.click(place));
    }

    /// Replaces what a field holds, as by typing.
    pub(crate) fn fill(&self, place: &str, text: &str) {
        let is_typed = self.evaluate(FOCUS, &[json!(place)]) == true;
        if is_typed {
            self.type_text(text);
        } else {
            self.evaluate(SET, &[json!(place), json!(text)]);
        }
        let held = self.value(place);
        assert_eq!(held, text, "what {place} holds after typing");
    }

    /// Types into the field that has the focus.
    pub(crate) fn type_text(&self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Marks what the field that has the focus holds, so that typing replaces it.
    pub(crate) fn select_all(&self) {
        self.evaluate("() => document.activeElement.select()", &[]);
    }

    /// Presses a key.
    pub(crate) fn press(&self, key: Key) {
        let (name, code, number, text) = match key {
            Key::Tab => ("Tab", "Tab", 9, ""),
            Key::Enter => ("Enter", "Enter", 13, "\r"),
            Key::Space => (" ", "Space", 32, " "),
        };
        let mut event = json!({"type": "keyDown", "key": name, "code": code,
            "windowsVirtualKeyCode": number, "text": text});
        self.call("Input.dispatchKeyEvent", event.clone());
        event["type"] = json!("keyUp");
        event["text"] = json!("");
        self.call("Input.dispatchKeyEvent", event);
    }

    /// Goes to an element with the Tab key alone. On the way, whatever has the focus must show it.
    pub(crate) fn tab_to(&self, place: &str) {
        let mut seen = Vec::new();
        while seen.len() < 60 {
            self.press(Key::Tab);
            let stop = self.evaluate(FOCUSED, &[json!(place)]);
            assert_eq!(stop["shows"], true, "no sign of the focus on {stop}");
            if stop["arrived"] == true {
                return;
            }
            seen.push(stop["what"].to_string());
        }
        panic!("the Tab key does not lead to {place}, but to {seen:#?}");
    }

    /// Chooses a file in a field for files.
    pub(crate) fn upload(&self, place: &str, file: &Path) {
        let field = self
            .result_of("place => at(place)", &[json!(place)], false)
            .unwrap_or_else(|error| panic!("{error}"));
        self.call(
            "DOM.setFileInputFiles",
            json!({"files": [file], "objectId": field["objectId"]}),
        );
    }

    /// Clicks what downloads a file that is not empty: its name and what is in it.
    pub(crate) fn download(&self, place: &str) -> (String, Vec<u8>) {
        let files = || -> Vec<_> {
            let files = std::fs::read_dir(self.downloads.path()).unwrap();
            files.map(|file| file.unwrap().path()).collect()
        };
        let finished = || {
            // An unfinished one has another name, while an empty file keeps the place of its own.
            let is_whole = |path: &Path| {
                let name = path.file_name().unwrap().to_str().unwrap();
                let has_bytes = path.metadata().is_ok_and(|file| file.len() > 0);
                has_bytes && !name.starts_with('.') && !name.ends_with(".crdownload")
            };
            files().into_iter().find(|path| is_whole(path))
        };
        self.click(place);
        self.wait_for("a download", || finished().is_some());
        let path = finished().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        (
            path.file_name().unwrap().to_str().unwrap().to_owned(),
            bytes,
        )
    }

    /// Clicks what copies a text: what is on the clipboard then.
    pub(crate) fn copy(&self, place: &str) -> String {
        self.copied_by(|| self.click(place))
    }

    /// Marks what a field holds and copies it with the keyboard: what is on the clipboard then.
    pub(crate) fn copy_by_hand(&self, place: &str) -> String {
        self.copied_by(|| {
            self.click(place);
            // What Control with A and with C, or whatever keys the system has for it, do.
            for command in ["selectAll", "copy"] {
                self.call(
                    "Input.dispatchKeyEvent",
                    json!({"type": "rawKeyDown", "commands": [command]}),
                );
            }
        })
    }

    fn copied_by(&self, act: impl FnOnce()) -> String {
        // All windows have one clipboard.
        static CLIPBOARD: Mutex<()> = Mutex::new(());
        const NOTHING: &str = "nothing was copied";
        let _mine = CLIPBOARD
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        self.browser.call(
            "Browser.grantPermissions",
            json!({"browserContextId": self.context, "origin": self.home,
                "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}),
        );
        self.evaluate(
            "text => navigator.clipboard.writeText(text)",
            &[json!(NOTHING)],
        );
        act();
        let copied = || {
            let text = self.evaluate("() => navigator.clipboard.readText()", &[]);
            text.as_str().unwrap().to_owned()
        };
        self.wait_for("a text on the clipboard", || copied() != NOTHING);
        copied()
    }
}

const MIDDLE: &str = r"place => {
    const element = at(place);
    element.scrollIntoView({block: 'center', behavior: 'instant'});
    const box = element.getClientRects()[0];
    if (!box) throw new Error(`${place} is not shown`);
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    const front = document.elementFromPoint(x, y);
    const hit = front && (element.contains(front) || front.contains(element)
        || front.closest('label')?.control === element);
    if (!hit) throw new Error(`${place} is behind ${front?.outerHTML.slice(0, 200)}`);
    return {x, y};
}";

/// Whether the field can be typed into; those for a date have parts, whose order differs by country.
const FOCUS: &str = r"place => {
    const field = at(place);
    field.focus();
    const isTyped = field.select && !/date|time|range|color/.test(field.type);
    if (isTyped) field.select();
    return Boolean(isTyped);
}";

const SET: &str = r"(place, value) => {
    const field = at(place);
    field.value = value;
    field.dispatchEvent(new Event('input', {bubbles: true}));
    field.dispatchEvent(new Event('change', {bubbles: true}));
}";

const FOCUSED: &str = r"place => {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    // The focus is on a part of such a field, and the browser marks it.
    const hasParts = /^(date|time|month|week)/.test(element.type ?? '');
    return {
        arrived: element === find(place),
        shows: outlined || style.boxShadow !== 'none' || element === document.body
            || hasParts,
        what: element.outerHTML.slice(0, 80),
    };
}";
