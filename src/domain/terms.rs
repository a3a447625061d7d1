//! The terms of a campaign: what the organiser declares when opening it, so that people see the deal
//! they join. A campaign that declares nothing behaves as the defaults here say.

use crate::domain::audit::Metadata;
use crate::domain::error::Error;
use crate::domain::field::{Checker, FieldError, Problem};
use crate::domain::slots::Slots;

/// What happens when the deadline passes with fewer slots taken than the minimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OnShortfall {
    /// The campaign fails.
    #[default]
    Fail,
    /// The deadline moves once, and every reservation stays; then it fails.
    ExtendOnce,
}

/// When a campaign whose slots are all taken goes ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Completes {
    /// With the next sweep.
    #[default]
    WhenFull,
    /// When everybody has been confirmed, as it is by a payment, and so never for who only takes slots. Who
    /// has not paid gives the slots up when their time to pay is over, at the deadline at the latest; those
    /// who are left then count against the minimum.
    WhenPaid,
    /// When the deadline has passed.
    AtDeadline,
}

/// When people pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PaymentTiming {
    /// When they join.
    #[default]
    Upfront,
    /// When the minimum is reached.
    AfterTipping,
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ }) => {
        impl $name {
            /// Every word, over HTTP and in the database.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word over HTTP and in the database.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads what [`Self::word`] writes.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(OnShortfall { Fail = "fail", ExtendOnce = "extend_once" });
words!(Completes { WhenFull = "when_full", WhenPaid = "when_paid", AtDeadline = "at_deadline" });
words!(PaymentTiming { Upfront = "upfront", AfterTipping = "after_tipping" });

/// The terms of a campaign, within their bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// What happens at the deadline without enough slots.
    pub on_shortfall: OnShortfall,
    /// By how many days the deadline moves then, 1 to 365. There exactly when it moves.
    pub extend_days: Option<u32>,
    /// When a full campaign goes ahead.
    pub completes: Completes,
    /// The most slots that one user may hold or wait for.
    pub max_slots_per_user: Option<Slots>,
    /// The most slots that one join may take or wait for, whoever sends it.
    pub max_slots_per_join: Option<Slots>,
    /// When people pay.
    pub payment: PaymentTiming,
    /// How long people have to pay, 1 hour to a year; as long as the campaign runs when absent.
    pub pay_within_hours: Option<u32>,
    /// How long after that a reservation is still kept, at most a year.
    pub grace_hours: u32,
}

/// The terms of a new campaign, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NewTerms {
    /// What happens at the deadline without enough slots.
    pub on_shortfall: OnShortfall,
    /// 1 to 365; must be there when the deadline moves, and not otherwise.
    pub extend_days: Option<i64>,
    /// When a full campaign goes ahead.
    pub completes: Completes,
    /// 1 to 1,000,000.
    pub max_slots_per_user: Option<i64>,
    /// 1 to 1,000,000.
    pub max_slots_per_join: Option<i64>,
    /// When people pay.
    pub payment: PaymentTiming,
    /// 1 to 8760; 48 when absent and people pay after tipping.
    pub pay_within_hours: Option<i64>,
    /// 0 to 8760; asks for `pay_within_hours`.
    pub grace_hours: Option<i64>,
}

/// The longest time to pay, and the longest grace: a year.
pub(crate) const MAX_HOURS: i64 = 8760;
/// The longest extension.
pub(crate) const MAX_DAYS: i64 = 365;
/// The time to pay after tipping unless something else is declared.
pub(crate) const USUAL_HOURS: u32 = 48;

impl Terms {
    /// Adds the terms to the facts of the event that declares them, each by the name of its column.
    #[must_use]
    pub fn told_in(&self, facts: Metadata) -> Metadata {
        facts
            .word("on_shortfall", self.on_shortfall.word())
            .count_or_none("extend_days", self.extend_days)
            .word("completes", self.completes.word())
            .count_or_none(
                "max_slots_per_user",
                self.max_slots_per_user.map(Slots::get),
            )
            .count_or_none(
                "max_slots_per_join",
                self.max_slots_per_join.map(Slots::get),
            )
            .word("payment", self.payment.word())
            .count_or_none("pay_within_hours", self.pay_within_hours)
            .count("grace_hours", u64::from(self.grace_hours))
    }
}

impl NewTerms {
    /// Checks the terms, noting what is wrong in `check`.
    pub(crate) fn check(&self, check: &mut Checker) -> Terms {
        let mut number = |field, raw: Option<i64>, least, most| {
            raw.and_then(|raw| check.take(in_range(field, raw, least, most)))
        };
        let extend_days = number("extend_days", self.extend_days, 1, MAX_DAYS);
        let hours = number("pay_within_hours", self.pay_within_hours, 1, MAX_HOURS);
        let grace_hours = number("grace_hours", self.grace_hours, 0, MAX_HOURS);
        let most = i64::from(Slots::MAX.get());
        let max_slots_per_user = number("max_slots_per_user", self.max_slots_per_user, 1, most);
        let max_slots_per_join = number("max_slots_per_join", self.max_slots_per_join, 1, most);
        match (self.on_shortfall, self.extend_days) {
            (OnShortfall::ExtendOnce, None) => check.refuse("extend_days", Problem::Missing),
            (OnShortfall::Fail, Some(_)) => {
                check.refuse(
                    "extend_days",
                    Problem::OnlyWith("on_shortfall: extend_once"),
                );
            }
            _ => {}
        }
        let usual = match self.payment {
            PaymentTiming::AfterTipping => Some(USUAL_HOURS),
            PaymentTiming::Upfront => None,
        };
        let pay_within_hours = hours.or(usual);
        if pay_within_hours.is_none()
            && self.pay_within_hours.is_none()
            && self.grace_hours.is_some()
        {
            check.refuse("grace_hours", Problem::OnlyWith("pay_within_hours"));
        }
        Terms {
            on_shortfall: self.on_shortfall,
            extend_days,
            completes: self.completes,
            max_slots_per_user: max_slots_per_user.map(Slots::new),
            max_slots_per_join: max_slots_per_join.map(Slots::new),
            payment: self.payment,
            pay_within_hours,
            grace_hours: grace_hours.unwrap_or(0),
        }
    }

    /// Checks the terms on their own.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with every field that is out of bounds.
    pub fn into_terms(self) -> Result<Terms, Error> {
        let mut check = Checker::default();
        let terms = self.check(&mut check);
        check.finish().map(|()| terms)
    }
}

fn in_range(field: &'static str, raw: i64, least: i64, most: i64) -> Result<u32, FieldError> {
    u32::try_from(raw)
        .ok()
        .filter(|_| (least..=most).contains(&raw))
        .ok_or(FieldError {
            field,
            problem: Problem::OutOfRange(least, most),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_that_are_not_declared_are_the_usual_ones() {
        assert_eq!(NewTerms::default().into_terms(), Ok(Terms::default()));
        let after_tipping = NewTerms {
            payment: PaymentTiming::AfterTipping,
            ..NewTerms::default()
        };
        let terms = after_tipping.into_terms().unwrap();
        assert_eq!(terms.pay_within_hours, Some(48));
    }

    #[track_caller]
    fn assert_refused(terms: NewTerms, field: &str) {
        let Err(Error::ValidationFailed(errors)) = terms.into_terms() else {
            panic!("{terms:?}");
        };
        let fields: Vec<_> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, [field], "{terms:?}");
    }

    #[test]
    fn an_extension_has_its_days_and_days_have_an_extension() {
        let fails = NewTerms::default();
        let extends = NewTerms {
            on_shortfall: OnShortfall::ExtendOnce,
            ..fails
        };
        let days = |terms, days| NewTerms {
            extend_days: Some(days),
            ..terms
        };
        assert!(days(extends, 365).into_terms().is_ok());
        for terms in [
            extends,
            days(fails, 3),
            days(extends, 0),
            days(extends, 366),
        ] {
            assert_refused(terms, "extend_days");
        }
    }

    #[test]
    fn numbers_out_of_bounds_and_a_grace_without_a_time_to_pay_are_refused() {
        let usual = NewTerms::default();
        for most in [0, 1_000_001] {
            let terms = NewTerms {
                max_slots_per_user: Some(most),
                ..usual
            };
            assert_refused(terms, "max_slots_per_user");
            let terms = NewTerms {
                max_slots_per_join: Some(most),
                ..usual
            };
            assert_refused(terms, "max_slots_per_join");
        }
        for hours in [0, 8761] {
            let terms = NewTerms {
                pay_within_hours: Some(hours),
                ..usual
            };
            assert_refused(terms, "pay_within_hours");
        }
        for (grace, pay_within_hours) in [(-1, Some(1)), (8761, Some(1)), (1, None)] {
            let terms = NewTerms {
                grace_hours: Some(grace),
                pay_within_hours,
                ..usual
            };
            assert_refused(terms, "grace_hours");
        }
    }
}
