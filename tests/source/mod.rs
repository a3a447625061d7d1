//! Just enough of Rust's grammar to read the paths in a source.

/// The source with comments, strings and characters blanked out.
pub(crate) fn plain_code(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let skipped = skipped_length(rest, code.chars().last());
        if skipped > 0 {
            code.push(' ');
            rest = &rest[skipped..];
        } else {
            code.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    code
}

/// How long the comment, string or character is that `rest` starts with; 0 when it is none.
fn skipped_length(rest: &str, before: Option<char>) -> usize {
    let after_word = before.is_some_and(is_word);
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment_length(rest);
    }
    if let Some(string) = rest.strip_prefix('"') {
        return 1 + string_length(string, '"');
    }
    if rest.starts_with('r') && !after_word {
        let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
        if rest[1 + hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = 2 + hashes;
            let length = rest[start..].find(&end);
            return length.map_or(rest.len(), |length| start + length + end.len());
        }
    }
    match rest.strip_prefix('\'') {
        Some(quoted) if is_character(quoted) => 1 + string_length(quoted, '\''),
        _ => 0,
    }
}

fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length up to and with the closing quote.
fn string_length(rest: &str, quote: char) -> usize {
    let mut characters = rest.char_indices();
    while let Some((at, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if character == quote {
            return at + 1;
        }
    }
    rest.len()
}

/// Tells `'a'` and `'\n'` from the lifetime `'a`.
fn is_character(after_quote: &str) -> bool {
    let mut characters = after_quote.chars();
    match characters.next() {
        Some('\\') => true,
        Some(_) => characters.next() == Some('\''),
        None => false,
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The first names of all paths that start with `root`: `["a", "b"]` for `use root::{a::x, b};`. A root
/// that stands for itself (`use root;`, `use root as r;`) has an empty one.
pub(crate) fn names_after(code: &str, root: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices(root) {
        let (before, after) = (&code[..at], &code[at + root.len()..]);
        let starts_path = !before.ends_with(|c| is_word(c) || c == ':' || c == '.');
        if !starts_path || after.starts_with(is_word) {
            continue;
        }
        if let Some(path) = after.strip_prefix("::") {
            match path.trim_start().strip_prefix('{') {
                Some(tree) => names.extend(branches(tree)),
                None => names.push(first_word(path)),
            }
        } else if before.trim_end().ends_with("use") {
            names.push(String::new());
        }
    }
    names
}

fn first_word(path: &str) -> String {
    path.trim_start()
        .chars()
        .take_while(|c| is_word(*c))
        .collect()
}

/// The first names of a `use` tree after its opening brace.
fn branches(tree: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0;
    let mut branch = 0;
    for (at, character) in tree.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(first_word(&tree[branch..at]));
                branch = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}
