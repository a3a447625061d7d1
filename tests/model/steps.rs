//! The steps of a sequence.

use std::fmt;

use sambatan::domain::ban::{BanKind, BanWhat};
use sambatan::domain::pay_to::PayToKind;
use sambatan::domain::terms::NewTerms;

/// Names one of the things that there are, or one that there is not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pick(pub(crate) usize);

impl fmt::Debug for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl Pick {
    /// Most numbers name one that is meant, when there is any; the others any one, and 11 none.
    pub(crate) fn among<Id: Copy>(self, all: &[(Id, bool)]) -> Option<Id> {
        let meant: Vec<Id> = all
            .iter()
            .filter(|(_, meant)| *meant)
            .map(|(id, _)| *id)
            .collect();
        let any: Vec<Id> = all.iter().map(|(id, _)| *id).collect();
        let from = if self.0 < 8 && !meant.is_empty() {
            meant
        } else {
            any
        };
        let index = self.0.checked_rem(from.len())?;
        (self.0 != 11).then(|| from[index])
    }
}

/// What people type: the words of a step are picked, not made up.
pub(crate) type Words = &'static str;

/// Times are in milliseconds from the moment of the step.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Campaign(OfCampaigns),
    Slots(OfSlots),
    Money(OfMoney),
    PayTo(OfPayTo),
    Time(OfTime),
}

/// What the organiser opens, changes and ends.
#[derive(Debug, Clone)]
pub(crate) enum OfCampaigns {
    CreateProduct,
    Toggle {
        product: Pick,
        enabled: bool,
        deadline_in: Option<i64>,
    },
    EditProduct {
        product: Pick,
        name: Option<Words>,
        description: Option<Words>,
        price: Option<i64>,
    },
    Create {
        product: Pick,
        slots: i64,
        minimum: Option<i64>,
        price: i64,
        deadline_in: i64,
        opens_in: Option<i64>,
        terms: NewTerms,
        code: Option<Words>,
        pay_to: Vec<Pick>,
    },
    Clone {
        campaign: Pick,
        title: Option<Words>,
        slots: Option<i64>,
        minimum: Option<i64>,
        price: Option<i64>,
        deadline_in: i64,
        opens_in: Option<i64>,
    },
    Edit {
        campaign: Pick,
        title: Option<Words>,
        description: Option<Words>,
        pay_to: Option<Vec<Pick>>,
    },
    Extend {
        campaign: Pick,
        deadline_in: i64,
    },
    Cancel(Pick),
    CloseList(Pick),
    SetCode(Pick, Option<Words>),
}

/// Who takes slots, and who gives them back.
#[derive(Debug, Clone)]
pub(crate) enum OfSlots {
    Join(Join),
    JoinOnce(Join, Words),
    /// Sends an earlier [`OfSlots::JoinOnce`] again, as it was.
    Retry(usize),
    Cancel(Pick),
    /// The organiser cancels, and bans what is said.
    ThrowOut(Pick, BanWhat),
    BanThem(Pick, BanWhat),
    Ban(BanKind, Words),
    LiftBan(Pick),
    Revive(Pick),
    /// Takes the slots of who has not paid.
    LetGo(Pick, Option<Words>),
    /// Says that they paid so many days ago.
    Claim(Pick, Option<i64>),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Join {
    pub(crate) campaign: Pick,
    pub(crate) user: Words,
    /// Whose secret is shown.
    pub(crate) shown: Option<Pick>,
    pub(crate) quantity: i64,
    pub(crate) waitlist: bool,
    pub(crate) address: Words,
    pub(crate) note: Option<Words>,
    pub(crate) code: Option<Words>,
}

/// What comes in, what goes back and what is paid out.
#[derive(Debug, Clone)]
pub(crate) enum OfMoney {
    /// With `confirms`, only a reservation takes the money.
    Pay {
        participation: Pick,
        amount: Option<i64>,
        confirms: bool,
        reference: Option<Words>,
    },
    Adjust {
        participation: Pick,
        amount: i64,
    },
    PayOut {
        campaign: Pick,
        amount: i64,
        reference: Option<Words>,
    },
    /// Gives so much back, by a request of this name.
    GiveBack(Pick, i64, Words),
    SetAccount(Pick, Words),
    /// Whether what is confirmed was seen a second before it was changed.
    ConfirmAccount(Pick, bool),
    RenewLink(Pick),
    SendRefund(Pick),
    AcknowledgeRefund(Pick),
    Import(Vec<Line>, Mode),
    /// Reads an earlier statement again, as it was.
    ImportAgain(usize, Mode),
    /// The organiser says whose a line of an earlier statement is.
    MatchLine {
        statement: usize,
        line: usize,
        to: Vec<Pick>,
    },
    /// The organiser says which refunds a line of an earlier statement has sent.
    MatchRefund {
        statement: usize,
        line: usize,
        to: Vec<Pick>,
    },
}

/// Where people pay to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OfPayTo {
    Add(PayToKind),
    Retire(Pick),
}

/// Whether a statement is only looked at, or recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Look,
    Record,
    /// The one and then the other.
    Both,
}

/// A line of a bank statement.
#[derive(Debug, Clone)]
pub(crate) enum Line {
    /// So much more than a participation is to transfer, with the codes of these.
    Credit {
        of: Pick,
        more: i64,
        codes: Vec<Pick>,
        days_ago: i64,
    },
    /// So much more than these owe together, with the codes of all.
    Together {
        of: Vec<Pick>,
        more: i64,
    },
    /// So much more than refunds went out, perhaps with the codes of who gets them.
    Sent {
        of: Vec<Pick>,
        more: i64,
        has_code: bool,
    },
    /// The line above once more.
    Again,
    Debit,
    Broken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfTime {
    Sweep,
    MoveClock(i64),
    /// Somebody sets the clock: no time passes.
    SetClock(i64),
    /// The organiser says that it is right.
    ConfirmClock,
    /// The service ends in order and comes back over the same file.
    Reopen,
    /// The service is killed: what comes back is what its files are at that moment.
    Crash,
}

/// A sequence that shows itself with a step on each line.
#[derive(Clone)]
pub(crate) struct Steps {
    pub(crate) forget_after_days: u32,
    pub(crate) all: Vec<Step>,
}

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "forgetting after {} days", self.forget_after_days)?;
        self.all
            .iter()
            .try_for_each(|step| write!(f, "\n    {step:?}"))
    }
}
