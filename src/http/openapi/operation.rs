//! What is said of a route for programs: a row of the description.
//!
//! What the table of routes says already (method, path, access) is not said again here, and what the
//! reader of a body knows (names, types, what must be there) is asked of it.

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::http::json::Object;
use crate::words::Words;

/// What one wants to do: the headings of the description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// Seeing what there is, and taking part.
    Join,
    /// One's own participation.
    Own,
    /// Products and campaigns.
    Campaigns,
    /// Who takes part.
    People,
    /// Payments and bank statements.
    Payments,
    /// Refunds and payouts.
    Refunds,
    /// Other programs: webhooks, tables.
    Programs,
    /// Running the service.
    Running,
}

impl Group {
    /// Every group, in the order of the description.
    pub(crate) const ALL: [Self; 8] = [
        Self::Join,
        Self::Own,
        Self::Campaigns,
        Self::People,
        Self::Payments,
        Self::Refunds,
        Self::Programs,
        Self::Running,
    ];

    /// A name without blanks, for links.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Own => "own",
            Self::Campaigns => "campaigns",
            Self::People => "people",
            Self::Payments => "payments",
            Self::Refunds => "refunds",
            Self::Programs => "programs",
            Self::Running => "running",
        }
    }

    /// The heading.
    pub(crate) const fn heading(self) -> Words {
        match self {
            Self::Join => say("Melihat kampanye dan ikut", "See campaigns and join"),
            Self::Own => say(
                "Mengurus keikutsertaan sendiri",
                "Look after one's own participation",
            ),
            Self::Campaigns => say("Membuka dan mengatur kampanye", "Open and run campaigns"),
            Self::People => say(
                "Melihat dan mengatur peserta",
                "See and manage participants",
            ),
            Self::Payments => say(
                "Mencatat pembayaran, membaca mutasi rekening",
                "Record payments, read bank statements",
            ),
            Self::Refunds => say(
                "Mengembalikan dan mencairkan dana",
                "Send refunds and pay out",
            ),
            Self::Programs => say("Menyambungkan program lain", "Connect other programs"),
            Self::Running => say("Menjalankan layanan", "Run the service"),
        }
    }
}

/// The two languages of a text.
pub(super) const fn say(id: &'static str, en: &'static str) -> Words {
    Words { id, en }
}

/// A parameter of the query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) about: &'static str,
    /// What it may be.
    pub(crate) values: Values,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Values {
    /// One of these words.
    Words(&'static [&'static str]),
    /// A whole number within bounds, both included; this one when it is absent.
    Number(u32, u32, u32),
    /// Where a list goes on: an id, as the `Link` header has it.
    Id,
    /// Where a list goes on: the number of an event, as the `Link` header has it.
    EventNumber,
    /// Any text, at most so long when blanks around it are not counted.
    Text(usize),
    /// Any text.
    Any,
}

/// What is sent with a request.
#[derive(Clone, Copy)]
pub(crate) enum Body {
    /// Nothing.
    None,
    /// Nothing that is needed: a body may be there, and must then be an object of JSON.
    Ignored,
    /// An object of JSON.
    Json {
        /// Reads it. Asked with an object that notes what is looked for.
        reader: fn(&Object),
        /// One, as JSON.
        example: &'static str,
        /// Whether it must be there.
        required: bool,
    },
    /// A bank statement.
    Statement,
}

/// What is answered when all goes well.
#[derive(Clone, Copy)]
pub(crate) struct Success {
    /// The status.
    pub(crate) status: u16,
    /// What is in the body.
    pub(crate) content: Content,
    /// Whether there is an entity tag, and 304 for who has that already.
    pub(crate) tagged: bool,
}

/// What is in the body of an answer.
#[derive(Clone, Copy)]
pub(crate) enum Content {
    /// Nothing.
    Empty,
    /// JSON of this schema.
    Json(fn(&mut SchemaGenerator) -> Schema),
    /// JSON of this kind, one for each row of a page.
    Page(fn(&mut SchemaGenerator) -> Schema),
    /// A text of one of these media types; the first one unless `Accept` says otherwise.
    Text(&'static [&'static str]),
}

/// A row of the description.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    /// The name of its route.
    pub(crate) route: &'static str,
    /// Where it belongs.
    pub(crate) group: Group,
    /// What it does, in one sentence without a full stop.
    pub(crate) summary: Words,
    /// What else is worth knowing.
    pub(crate) note: Option<Words>,
    /// The parameters of its query.
    pub(crate) query: &'static [Parameter],
    /// Where its list goes on, when it is one in pages.
    pub(crate) cursor: Option<Values>,
    /// What is sent.
    pub(crate) body: Body,
    /// What is answered.
    pub(crate) success: Success,
    /// The codes of the refusals that are its own; what every route, its access or its body bring is
    /// added.
    pub(crate) problems: &'static [&'static str],
    /// Whether it honours `Idempotency-Key`.
    pub(crate) idempotent: bool,
}

/// Describes a route that answers nothing yet.
pub(super) const fn operation(route: &'static str, group: Group, summary: Words) -> Operation {
    Operation {
        route,
        group,
        summary,
        note: None,
        query: &[],
        cursor: None,
        body: Body::None,
        success: Success {
            status: 204,
            content: Content::Empty,
            tagged: false,
        },
        problems: &[],
        idempotent: false,
    }
}

impl Operation {
    /// Says what else is worth knowing.
    pub(super) const fn note(mut self, id: &'static str, en: &'static str) -> Self {
        self.note = Some(say(id, en));
        self
    }

    /// Has these parameters in its query.
    pub(super) const fn query(mut self, query: &'static [Parameter]) -> Self {
        self.query = query;
        self
    }

    /// Takes an object that `reader` reads, like this one.
    pub(super) const fn takes(mut self, reader: fn(&Object), example: &'static str) -> Self {
        self.body = Body::Json {
            reader,
            example,
            required: true,
        };
        self
    }

    /// As [`Self::takes`]; the body may be left out.
    pub(super) const fn may_take(mut self, reader: fn(&Object), example: &'static str) -> Self {
        self.body = Body::Json {
            reader,
            example,
            required: false,
        };
        self
    }

    /// A body may be there, of which nothing is read.
    pub(super) const fn ignores_body(mut self) -> Self {
        self.body = Body::Ignored;
        self
    }

    /// Takes a bank statement.
    pub(super) const fn takes_statement(mut self) -> Self {
        self.body = Body::Statement;
        self
    }

    /// Answers 200 with a `T`.
    pub(super) const fn answers<T: JsonSchema>(mut self) -> Self {
        self.success.status = 200;
        self.success.content = Content::Json(schema_of::<T>);
        self
    }

    /// Answers 201 with a `T`, and where it is.
    pub(super) const fn creates<T: JsonSchema>(mut self) -> Self {
        self.success.status = 201;
        self.success.content = Content::Json(schema_of::<T>);
        self
    }

    /// Answers a page of `T`s.
    pub(super) const fn lists<T: JsonSchema>(mut self, cursor: Values) -> Self {
        self.success.status = 200;
        self.success.content = Content::Page(schema_of::<T>);
        self.cursor = Some(cursor);
        self
    }

    /// Answers a text of one of these media types.
    pub(super) const fn answers_text(mut self, media_types: &'static [&'static str]) -> Self {
        self.success.status = 200;
        self.success.content = Content::Text(media_types);
        self
    }

    /// Its answer has an entity tag.
    pub(super) const fn tagged(mut self) -> Self {
        self.success.tagged = true;
        self
    }

    /// Refuses with these codes, too.
    pub(super) const fn refuses(mut self, problems: &'static [&'static str]) -> Self {
        self.problems = problems;
        self
    }

    /// Honours `Idempotency-Key`.
    pub(super) const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }
}

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}
