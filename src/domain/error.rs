//! Why something was refused, as an enum to match on.

use crate::domain::campaign::CampaignStatus;
use crate::domain::field::FieldError;
use crate::domain::ledger::TransactionStatus;
use crate::domain::money::Rupiah;
use crate::domain::participation::ParticipationStatus;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;

/// Everything a call can answer but success.
///
/// Business refusals compare equal and carry what a message needs. The last ones say what the service
/// could not do; their detail is in the log, not here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No product has this id.
    #[error("no such product")]
    ProductNotFound,
    /// No campaign has this id.
    #[error("no such campaign")]
    CampaignNotFound,
    /// No participation has this id.
    #[error("no such participation")]
    ParticipationNotFound,
    /// No webhook has this id.
    #[error("no such webhook")]
    WebhookNotFound,
    /// There are as many webhooks as there can be.
    #[error("there are {limit} webhooks, and that is the most; remove one first")]
    TooManyWebhooks {
        /// So many there can be.
        limit: usize,
    },
    /// No ban has this id.
    #[error("no such ban")]
    BanNotFound,
    /// There are as many bans as there can be.
    #[error("there are {limit} bans, and that is the most; lift one first")]
    TooManyBans {
        /// So many there can be.
        limit: u32,
    },
    /// The campaign asks for a join code, and the join brings none.
    #[error("this campaign asks for a join code; it is part of the link that the organiser shares")]
    JoinCodeRequired,
    /// The join brings another code than the campaign's.
    #[error("this is not the campaign's join code; ask the organiser for the link that holds now")]
    JoinCodeInvalid,
    /// The organiser has banned this name or this address.
    #[error("the organiser does not let this name or address join")]
    JoinBanned,
    /// No account that people pay to has this id.
    #[error("no such account")]
    PayToNotFound,
    /// The account is not in use any more.
    #[error("the account is retired already")]
    PayToRetired,
    /// There are as many accounts in use as there can be.
    #[error("{limit} accounts are in use, and that is the most; retire one first")]
    TooManyPayTo {
        /// So many there can be.
        limit: usize,
    },
    /// Group buying is not enabled for the product.
    #[error("group buying is not enabled for this product; enable it first")]
    ProductNotEnabled,
    /// A deadline that has passed already.
    #[error("the deadline {deadline} has passed; choose one in the future")]
    DeadlineInPast {
        /// The deadline that was asked for.
        deadline: Timestamp,
    },
    /// The campaign takes no joins: it is not open, full, ended, or its deadline has passed.
    #[error("the campaign takes no joins (status {}, deadline {deadline})", .status.api_name())]
    CampaignClosed {
        /// The campaign's status.
        status: CampaignStatus,
        /// Its deadline.
        deadline: Timestamp,
    },
    /// Fewer slots are left than were asked for.
    #[error("{requested} slots asked for, {available} left")]
    InsufficientSlots {
        /// So many were asked for.
        requested: Slots,
        /// So many are left.
        available: Slots,
    },
    /// As many wait for the campaign as may wait.
    #[error("{waiting} wait for this campaign already; the waiting list takes no more")]
    WaitlistFull {
        /// So many wait.
        waiting: u32,
    },
    /// The user would hold or wait for more slots than the campaign allows for one user.
    #[error(
        "{requested} slots asked for, but this user may have only {left} more of at most {limit}"
    )]
    UserLimitReached {
        /// So many were asked for.
        requested: Slots,
        /// So many one user may have.
        limit: Slots,
        /// So many this one may have besides what it has.
        left: Slots,
    },
    /// One join asked for more slots than the campaign gives to one.
    #[error("{requested} slots asked for, but one join may take at most {limit}")]
    JoinLimitReached {
        /// So many were asked for.
        requested: Slots,
        /// So many one join may take.
        limit: Slots,
    },
    /// Slots of the campaign were given back by participants as often as they may, in all or by this one.
    #[error("slots were given back too often; the organiser can cancel this participation")]
    GivenBackTooOften,
    /// A deadline that does not move forward.
    #[error("the deadline is {deadline} already; choose a later one")]
    DeadlineNotLater {
        /// The deadline as it is.
        deadline: Timestamp,
    },
    /// The participation is in a state that does not allow this.
    #[error("the participation is {} and its campaign {}", .status.api_name(), .campaign_status.api_name())]
    ParticipationStateInvalid {
        /// The participation's status.
        status: ParticipationStatus,
        /// Its campaign's status.
        campaign_status: CampaignStatus,
    },
    /// The campaign has ended, or is in another state that does not allow this.
    #[error("the campaign is {} already", .status.api_name())]
    CampaignStateInvalid {
        /// The campaign's status.
        status: CampaignStatus,
    },
    /// No refund has this id.
    #[error("no such refund")]
    RefundNotFound,
    /// The refund is in a state that does not allow this.
    #[error("the refund is {}", .status.word())]
    RefundStateInvalid {
        /// How far it is.
        status: TransactionStatus,
    },
    /// With this payment a campaign would have taken in more than can be counted.
    #[error("the payment of {amount} is too large for this campaign")]
    PaymentExceedsLimit {
        /// The payment.
        amount: Rupiah,
    },
    /// More would be taken off than came in and has not been sent back.
    #[error("{requested} cannot be taken off: only {available} came in and has not been refunded")]
    AdjustmentExceedsPayments {
        /// So much was to be taken off.
        requested: Rupiah,
        /// So much can be.
        available: Rupiah,
    },
    /// More would go back than came in and does not go back yet.
    #[error("{requested} cannot be refunded: only {available} came in and has not been refunded")]
    RefundExceedsPayments {
        /// So much was to go back.
        requested: Rupiah,
        /// So much can.
        available: Rupiah,
    },
    /// More would be paid out than is there.
    #[error("{requested} cannot be paid out: {available} is there")]
    InsufficientBalance {
        /// So much was to be paid out.
        requested: Rupiah,
        /// So much is there.
        available: Rupiah,
    },
    /// Something was recorded since the form was shown.
    #[error("{recorded} is recorded by now; look at it before you record more")]
    PaymentsChanged {
        /// So much has come in for the participation.
        recorded: Rupiah,
    },
    /// Money of the campaign went to a supplier already, so it cannot be called off.
    #[error("{amount} was paid out of the campaign already; it cannot be called off")]
    MoneyPaidOut {
        /// So much was paid out.
        amount: Rupiah,
    },
    /// The line of a statement was recorded before.
    #[error("this line of the statement is recorded already")]
    StatementLineKnown,
    /// The amount of a statement's line is not what it is to be recorded as.
    #[error("{amount} of the statement's line is too little for all that it is to be recorded as")]
    LineAmountDoesNotFit {
        /// The amount of the line.
        amount: Rupiah,
    },
    /// A refund would go to an account that took another one's place and that the organiser has not confirmed.
    #[error("the account for this refund was changed; ask the participant and confirm it first")]
    PayoutAccountUnconfirmed {
        /// When it was changed.
        changed_at: Timestamp,
    },
    /// Money is paid out of a campaign only when it goes ahead for certain.
    #[error("the campaign is {}, not completed; pay out when it is", .status.api_name())]
    CampaignNotCompleted {
        /// The campaign's status.
        status: CampaignStatus,
    },
    /// Fields that are missing or out of bounds, all of them.
    #[error("invalid fields: {}", .0.iter().map(|error| error.field).collect::<Vec<_>>().join(", "))]
    ValidationFailed(Vec<FieldError>),
    /// The idempotency key was used before for another request.
    #[error("the idempotency key was used for another request")]
    IdempotencyConflict,
    /// Too much is queued; nothing was done, try again in a moment.
    #[error("too busy; nothing was changed, try again in a moment")]
    Overloaded,
    /// There is no room on the storage; nothing was done, and it works again when there is.
    #[error("the storage is full; nothing was changed; make room and try again")]
    StorageFull,
    /// The change may or may not have been stored: ask again with the same idempotency key.
    #[error(
        "it is not known whether the change was stored; repeat it with the same idempotency key"
    )]
    OutcomeUnknown,
    /// The service is stopping; nothing was done.
    #[error("the service is stopping; nothing was changed")]
    Stopping,
    /// The lifecycle timer is not running.
    #[error("the scheduler is not running; start it first")]
    SchedulerStopped,
    /// Something failed that should not; nothing was changed and the log says what.
    #[error("internal error; nothing was changed, the log says more")]
    Internal,
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::ValidationFailed(vec![error])
    }
}
