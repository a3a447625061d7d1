//! The one table from refusals to status, code and words.

use crate::domain::error::Error;
use crate::http::problem::Refusal;
use crate::words::Words;

/// How a kind of refusal is answered.
pub(super) struct Row {
    /// The HTTP status.
    pub(super) status: u16,
    /// The stable name for programs.
    pub(super) code: &'static str,
    /// The kind, in a few words.
    pub(super) title: Words,
    /// What happened and what to do next, where no sentence with data says it better.
    pub(super) detail: Words,
    /// When to try again, in seconds.
    pub(super) retry_after: Option<u32>,
}

/// The row of a refusal.
pub(super) const fn row(refusal: &Refusal) -> &'static Row {
    match refusal {
        Refusal::Service(error) => service_row(error),
        Refusal::NotFound => &NOT_FOUND,
        Refusal::MethodNotAllowed { .. } => &METHOD_NOT_ALLOWED,
        Refusal::Foreign => &FOREIGN,
        Refusal::ProxyNeedsToken => &PROXY_NEEDS_TOKEN,
        Refusal::ClientBanned => &CLIENT_BANNED,
        Refusal::TokenMissing => &TOKEN_MISSING,
        Refusal::TokenInvalid => &TOKEN_INVALID,
        Refusal::OrganiserOnly => &ORGANISER_ONLY,
        Refusal::FormOutdated => &FORM_OUTDATED,
        Refusal::RateLimited { .. } => &RATE_LIMITED,
        Refusal::CampaignBusy { .. } => &CAMPAIGN_BUSY,
        Refusal::SessionNotFound => &SESSION_NOT_FOUND,
        Refusal::JsonInvalid => &JSON_INVALID,
        Refusal::BodyNotAnObject => &BODY_NOT_AN_OBJECT,
        Refusal::UnsupportedMediaType => &UNSUPPORTED_MEDIA_TYPE,
        Refusal::NotCsv => &NOT_CSV,
        Refusal::StatementUnreadable(_) => &STATEMENT_UNREADABLE,
        Refusal::BodyTooLarge => &BODY_TOO_LARGE,
        Refusal::BodyUnreadable => &BODY_UNREADABLE,
        Refusal::IdempotencyKeyInvalid => &IDEMPOTENCY_KEY_INVALID,
        Refusal::IdempotencyKeyRepeated => &IDEMPOTENCY_KEY_REPEATED,
        Refusal::NotReady(_) => &NOT_READY,
    }
}

/// The code of that name.
pub(super) fn known_code(name: &str) -> Option<&'static str> {
    ALL.iter().map(|row| row.code).find(|code| *code == name)
}

const fn service_row(error: &Error) -> &'static Row {
    match error {
        Error::ProductNotFound => &PRODUCT_NOT_FOUND,
        Error::CampaignNotFound => &CAMPAIGN_NOT_FOUND,
        Error::ParticipationNotFound => &PARTICIPATION_NOT_FOUND,
        Error::RefundNotFound => &REFUND_NOT_FOUND,
        Error::WebhookNotFound => &WEBHOOK_NOT_FOUND,
        Error::BanNotFound => &BAN_NOT_FOUND,
        Error::TooManyBans { .. } => &BAN_LIMIT_REACHED,
        Error::JoinBanned => &JOIN_BANNED,
        Error::JoinCodeRequired => &JOIN_CODE_REQUIRED,
        Error::JoinCodeInvalid => &JOIN_CODE_INVALID,
        Error::TooManyWebhooks { .. } => &WEBHOOK_LIMIT_REACHED,
        Error::PayToNotFound => &PAY_TO_NOT_FOUND,
        Error::PayToRetired => &PAY_TO_RETIRED,
        Error::TooManyPayTo { .. } => &PAY_TO_LIMIT_REACHED,
        Error::ProductNotEnabled => &PRODUCT_NOT_ENABLED,
        Error::DeadlineInPast { .. } => &DEADLINE_IN_PAST,
        Error::CampaignClosed { .. } => &CAMPAIGN_CLOSED,
        Error::InsufficientSlots { .. } => &INSUFFICIENT_SLOTS,
        Error::WaitlistFull { .. } => &WAITLIST_FULL,
        Error::JoinLimitReached { .. } => &JOIN_LIMIT_REACHED,
        Error::UserLimitReached { .. } => &USER_LIMIT_REACHED,
        Error::GivenBackTooOften => &GIVEN_BACK_TOO_OFTEN,
        Error::DeadlineNotLater { .. } => &DEADLINE_NOT_LATER,
        Error::ParticipationStateInvalid { .. } => &PARTICIPATION_STATE_INVALID,
        Error::CampaignStateInvalid { .. } => &CAMPAIGN_STATE_INVALID,
        Error::RefundStateInvalid { .. } => &REFUND_STATE_INVALID,
        Error::PaymentExceedsLimit { .. } => &PAYMENT_EXCEEDS_LIMIT,
        Error::AdjustmentExceedsPayments { .. } => &ADJUSTMENT_EXCEEDS_PAYMENTS,
        Error::RefundExceedsPayments { .. } => &REFUND_EXCEEDS_PAYMENTS,
        Error::InsufficientBalance { .. } => &INSUFFICIENT_BALANCE,
        Error::PaymentsChanged { .. } => &PAYMENTS_CHANGED,
        Error::MoneyPaidOut { .. } => &MONEY_PAID_OUT,
        Error::PayoutAccountUnconfirmed { .. } => &PAYOUT_ACCOUNT_UNCONFIRMED,
        Error::StatementLineKnown => &STATEMENT_LINE_KNOWN,
        Error::LineAmountDoesNotFit { .. } => &LINE_AMOUNT_DOES_NOT_FIT,
        Error::CampaignNotCompleted { .. } => &CAMPAIGN_NOT_COMPLETED,
        Error::ValidationFailed(_) => &VALIDATION_FAILED,
        Error::IdempotencyConflict => &IDEMPOTENCY_CONFLICT,
        Error::Overloaded => &OVERLOADED,
        Error::StorageFull => &STORAGE_FULL,
        Error::OutcomeUnknown => &OUTCOME_UNKNOWN,
        Error::Stopping => &STOPPING,
        Error::SchedulerStopped => &SCHEDULER_STOPPED,
        Error::Internal => &INTERNAL,
    }
}

/// A row: status and code, title and detail in Indonesian and English, seconds until a retry.
macro_rules! rows {
    ($(
        $name:ident = $status:literal $code:literal $(retry $seconds:literal)?,
        $title_id:literal | $title_en:literal,
        $detail_id:literal | $detail_en:literal;
    )*) => {
        $(
            const $name: Row = Row {
                status: $status,
                code: $code,
                title: Words { id: $title_id, en: $title_en },
                detail: Words { id: $detail_id, en: $detail_en },
                retry_after: rows!(@retry $($seconds)?),
            };
        )*

        /// Every row.
        pub(super) const ALL: &[&Row] = &[$(&$name),*];
    };
    (@retry) => { None };
    (@retry $seconds:literal) => { Some($seconds) };
}

rows! {
    JSON_INVALID = 400 "json_invalid",
    "JSON tidak terbaca" | "JSON not readable",
    "Isi permintaan bukan JSON yang sah dalam UTF-8. Periksa tanda kutip, koma, dan kurungnya, dan pastikan tidak ada nama yang ditulis dua kali, lalu kirim lagi."
    | "The request's body is not valid JSON in UTF-8. Check its quotes, commas and brackets, make sure that no name occurs twice, and send it again.";

    STATEMENT_UNREADABLE = 400 "statement_unreadable",
    "Mutasi rekening tidak terbaca" | "Bank statement not readable",
    "Tabel ini tidak terbaca sebagai mutasi rekening. Kolom tanggal, jumlah, dan keterangan harus ada namanya di salah satu dari 30 baris pertama; nama yang lain disebutkan dengan date_column, amount_column, dan description_column."
    | "This table can't be read as a bank statement. One of the first 30 lines has to name the columns of date, amount and description; other names are given by date_column, amount_column and description_column.";

    BODY_UNREADABLE = 400 "body_unreadable",
    "Isi permintaan terputus" | "Request body broke off",
    "Isi permintaan tidak sampai seluruhnya. Silakan kirim lagi."
    | "The request's body did not arrive completely. Please send it again.";

    IDEMPOTENCY_KEY_INVALID = 400 "idempotency_key_invalid",
    "Idempotency-Key tidak sah" | "Invalid Idempotency-Key",
    "Header Idempotency-Key harus berisi 1 sampai 255 karakter ASCII yang terlihat, tanpa spasi. Gunakan misalnya sebuah UUID."
    | "The Idempotency-Key header must have 1 to 255 visible ASCII characters without blanks. Use a UUID, for example.";

    IDEMPOTENCY_KEY_REPEATED = 400 "idempotency_key_invalid",
    "Idempotency-Key tidak sah" | "Invalid Idempotency-Key",
    "Header Idempotency-Key dikirim lebih dari satu kali. Kirim satu saja."
    | "The Idempotency-Key header was sent more than once. Send it once.";

    PRODUCT_NOT_ENABLED = 400 "product_not_enabled",
    "Sambatan belum aktif" | "Group buying not enabled",
    "Sambatan belum diaktifkan untuk produk ini. Aktifkan dulu lewat POST /api/products/{id}/sambatan, lalu buat kampanyenya."
    | "Group buying is not enabled for this product. Enable it first with POST /api/products/{id}/sambatan, then create the campaign.";

    DEADLINE_IN_PAST = 400 "deadline_in_past",
    "Batas waktu sudah lewat" | "Deadline in the past",
    "Batas waktunya sudah lewat. Pilih waktu yang akan datang."
    | "The deadline has passed. Choose a time in the future.";

    DEADLINE_NOT_LATER = 400 "deadline_not_later",
    "Batas waktu tidak lebih lambat" | "Deadline not later",
    "Batas waktu hanya dapat dimundurkan. Pilih waktu sesudah batas waktu yang sekarang."
    | "A deadline only moves forward. Choose a time after the present deadline.";

    TOKEN_MISSING = 401 "token_required",
    "Perlu token" | "Token required",
    "Permintaan ini memerlukan token: token penyelenggara, atau untuk keikutsertaan Anda sendiri manage_token yang Anda terima saat bergabung. Kirim sebagai header Authorization: Bearer {token}."
    | "This request needs a token: the organiser's, or for your own participation the manage_token that you were given when you joined. Send it as the header Authorization: Bearer {token}.";

    TOKEN_INVALID = 401 "invalid_token",
    "Token tidak berlaku" | "Invalid token",
    "Token ini tidak dikenal. Periksa apakah tersalin lengkap, dan kirim satu saja sebagai header Authorization: Bearer {token}."
    | "This token is not known. Check that it was copied completely, and send one only, as the header Authorization: Bearer {token}.";

    FOREIGN = 403 "forbidden",
    "Tidak diizinkan" | "Forbidden",
    "Permintaan ini datang dari halaman web lain, lewat nama lain, atau dari komputer lain, jadi ditolak. Buka layanan ini langsung; di komputernya sendiri namanya localhost atau 127.0.0.1."
    | "This request comes from another web page, by another name or from another machine, so it is refused. Open this service directly; on its own machine its name is localhost or 127.0.0.1.";

    PROXY_NEEDS_TOKEN = 403 "proxy_needs_token",
    "Proxy tanpa token" | "Proxy without a token",
    "Permintaan ini datang lewat proxy, dan tanpa token penyelenggara siapa pun dapat mengubah apa pun, jadi ditolak. Bila layanan ini milik Anda: buat token dengan `sambatan organiser token new`, isikan ke SAMBATAN_ORGANISER_TOKEN atau SAMBATAN_ORGANISER_TOKEN_FILE, lalu jalankan lagi."
    | "This request came through a proxy, and without an organiser token everybody may change everything, so it is refused. If this service is yours: make a token with `sambatan organiser token new`, set SAMBATAN_ORGANISER_TOKEN or SAMBATAN_ORGANISER_TOKEN_FILE to it, and start again.";

    CLIENT_BANNED = 403 "client_banned",
    "Ditolak untuk sementara" | "Kept out for now",
    "Terlalu banyak permintaan yang ditolak datang dari alamat Anda, jadi untuk sementara tidak dilayani. Coba lagi nanti, lewat jaringan lain, atau hubungi penyelenggara."
    | "Too many requests that were refused came from your address, so it is not served for now. Try again later or from another network, or ask the organiser.";

    ORGANISER_ONLY = 403 "forbidden",
    "Hanya untuk penyelenggara" | "For the organiser only",
    "Hanya penyelenggara yang dapat melakukan ini. Gunakan token penyelenggara, atau hubungi penyelenggara."
    | "Only the organiser may do this. Use the organiser's token, or ask the organiser.";

    JOIN_CODE_REQUIRED = 403 "join_code_required",
    "Perlu kode ikut" | "Join code required",
    "Kampanye ini hanya untuk yang punya kodenya. Kode ada di tautan yang dibagikan penyelenggara; kirim sebagai join_code."
    | "This campaign is only for those who have its code. It is part of the link that the organiser shares; send it as join_code.";

    JOIN_CODE_INVALID = 403 "join_code_invalid",
    "Kode ikut salah" | "Wrong join code",
    "Kode ikut ini bukan kode kampanye ini, atau sudah diganti. Minta tautan terbaru kepada penyelenggara."
    | "This is not the join code of this campaign, or it was changed. Ask the organiser for the latest link.";

    JOIN_BANNED = 403 "join_banned",
    "Tidak bisa ikut" | "May not join",
    "Penyelenggara tidak menerima nama atau alamat ini. Hubungi penyelenggara bila menurut Anda ini keliru."
    | "The organiser does not take this name or this address. Ask the organiser if you think that this is a mistake.";

    FORM_OUTDATED = 403 "form_outdated",
    "Formulir sudah tidak berlaku" | "Form out of date",
    "Formulir ini sudah tidak berlaku, misalnya karena Anda masuk atau keluar di jendela lain. Buka lagi halamannya, lalu kirim dari sana."
    | "This form is out of date, perhaps because you signed in or out in another window. Open its page again and send it from there.";

    NOT_FOUND = 404 "not_found",
    "Tidak ditemukan" | "Not found",
    "Alamat ini tidak ada. Periksa ejaannya; daftar alamat API ada di /docs."
    | "There is nothing at this address. Check its spelling; /docs lists the addresses of the API.";

    PRODUCT_NOT_FOUND = 404 "product_not_found",
    "Produk tidak ditemukan" | "Product not found",
    "Produk ini tidak ada. Periksa id-nya; GET /api/products menampilkan semua produk."
    | "There is no such product. Check its id; GET /api/products lists all products.";

    CAMPAIGN_NOT_FOUND = 404 "campaign_not_found",
    "Kampanye tidak ditemukan" | "Campaign not found",
    "Kampanye ini tidak ada. Periksa id-nya; GET /api/sambatan/campaigns menampilkan semua kampanye."
    | "There is no such campaign. Check its id; GET /api/sambatan/campaigns lists all campaigns.";

    PARTICIPATION_NOT_FOUND = 404 "participation_not_found",
    "Keikutsertaan tidak ditemukan" | "Participation not found",
    "Keikutsertaan ini tidak ada. Periksa id-nya, yaitu id yang Anda terima saat bergabung."
    | "There is no such participation. Check its id: the one you were given when you joined.";

    REFUND_NOT_FOUND = 404 "refund_not_found",
    "Pengembalian dana tidak ditemukan" | "Refund not found",
    "Pengembalian dana ini tidak ada. Periksa id-nya; GET /api/sambatan/refunds menampilkan semua yang harus dikirim."
    | "There is no such refund. Check its id; GET /api/sambatan/refunds lists all that are to be sent.";

    WEBHOOK_NOT_FOUND = 404 "webhook_not_found",
    "Webhook tidak ditemukan" | "Webhook not found",
    "Webhook ini tidak ada. Periksa id-nya; GET /api/sambatan/webhooks menampilkan semua webhook."
    | "There is no such webhook. Check its id; GET /api/sambatan/webhooks lists all webhooks.";

    SESSION_NOT_FOUND = 404 "session_not_found",
    "Sesi tidak ditemukan" | "Session not found",
    "Sesi ini tidak ada atau sudah berakhir. GET /api/sambatan/sessions menampilkan semua yang masih terbuka."
    | "There is no such session, or it has ended. GET /api/sambatan/sessions lists those that are open.";

    BAN_NOT_FOUND = 404 "ban_not_found",
    "Larangan tidak ditemukan" | "Ban not found",
    "Larangan ini tidak ada, atau sudah dicabut. GET /api/sambatan/bans menampilkan semuanya."
    | "There is no such ban, or it is lifted already. GET /api/sambatan/bans lists them all.";
    PAY_TO_NOT_FOUND = 404 "pay_to_not_found",
    "Rekening tujuan tidak ditemukan" | "Account not found",
    "Rekening tujuan ini tidak ada. Periksa id-nya; GET /api/sambatan/pay-to menampilkan semuanya."
    | "There is no such account to pay to. Check its id; GET /api/sambatan/pay-to lists them all.";

    METHOD_NOT_ALLOWED = 405 "method_not_allowed",
    "Metode tidak didukung" | "Method not allowed",
    "Alamat ini tidak mendukung metode tersebut."
    | "This address does not take that method.";

    CAMPAIGN_CLOSED = 409 "campaign_closed",
    "Kampanye ditutup" | "Campaign closed",
    "Kampanye ini tidak menerima peserta." | "This campaign takes no joins.";

    INSUFFICIENT_SLOTS = 409 "insufficient_slots",
    "Slot tidak cukup" | "Not enough slots",
    "Slot yang tersisa tidak cukup." | "Not enough slots are left.";

    WAITLIST_FULL = 409 "waitlist_full",
    "Daftar tunggu penuh" | "Waiting list full",
    "Daftar tunggu kampanye ini sudah penuh. Coba lagi nanti, atau ikuti kampanye lain."
    | "The waiting list of this campaign is full. Try again later, or join another campaign.";

    JOIN_LIMIT_REACHED = 409 "join_limit_reached",
    "Terlalu banyak sekali ikut" | "Too many slots in one join",
    "Kampanye ini membatasi slot untuk sekali ikut. Kurangi jumlahnya, lalu coba lagi."
    | "This campaign limits the slots of one join. Ask for fewer and try again.";

    USER_LIMIT_REACHED = 409 "user_limit_reached",
    "Batas slot per orang tercapai" | "Slot limit per person reached",
    "Kampanye ini membatasi slot untuk setiap orang. Kurangi jumlahnya, lalu coba lagi."
    | "This campaign limits the slots for each person. Ask for fewer and try again.";

    GIVEN_BACK_TOO_OFTEN = 409 "cancellation_limit_reached",
    "Terlalu sering dibatalkan" | "Cancelled too often",
    "Slot kampanye ini sudah terlalu sering diambil lalu dibatalkan, jadi pembatalan berikutnya hanya lewat penyelenggara. Hubungi penyelenggara; slot Anda tetap tersimpan sampai saat itu."
    | "Slots of this campaign were taken and given back too often, so from now on only the organiser cancels. Ask the organiser; until then your slots stay yours.";

    PARTICIPATION_STATE_INVALID = 409 "participation_state_invalid",
    "Keikutsertaan tidak dapat diubah" | "Participation can't be changed",
    "Keikutsertaan ini tidak dapat diubah lagi." | "This participation can't be changed any more.";

    CAMPAIGN_STATE_INVALID = 409 "campaign_state_invalid",
    "Kampanye tidak dapat diubah" | "Campaign can't be changed",
    "Kampanye ini tidak dapat diubah lagi." | "This campaign can't be changed any more.";

    REFUND_STATE_INVALID = 409 "refund_state_invalid",
    "Pengembalian dana tidak dapat diubah" | "Refund can't be changed",
    "Pengembalian dana ini tidak dapat diubah seperti itu dalam keadaannya sekarang."
    | "This refund can't be changed like that in its present state.";

    PAYMENT_EXCEEDS_LIMIT = 409 "payment_exceeds_limit",
    "Pembayaran terlalu besar" | "Payment too large",
    "Pembayaran ini terlalu besar untuk satu kampanye. Periksa jumlah nolnya."
    | "This payment is too large for one campaign. Check how many zeros it has.";

    ADJUSTMENT_EXCEEDS_PAYMENTS = 409 "adjustment_exceeds_payments",
    "Koreksi terlalu besar" | "Adjustment too large",
    "Koreksi ini lebih besar daripada uang yang masuk dan belum dikembalikan."
    | "This adjustment is larger than what came in and has not been refunded.";

    REFUND_EXCEEDS_PAYMENTS = 409 "refund_exceeds_payments",
    "Pengembalian terlalu besar" | "Refund too large",
    "Pengembalian ini lebih besar daripada uang yang masuk dan belum dikembalikan."
    | "This refund is larger than what came in and has not been refunded.";

    INSUFFICIENT_BALANCE = 409 "insufficient_balance",
    "Saldo tidak cukup" | "Not enough money",
    "Saldo kampanye ini tidak cukup." | "This campaign does not have that much money.";

    PAYMENTS_CHANGED = 409 "payments_changed",
    "Sudah ada catatan baru" | "Something was recorded meanwhile",
    "Sejak halaman ini dibuka sudah ada catatan baru. Periksa dulu, lalu kirim lagi kalau masih perlu."
    | "Something was recorded since this page was opened. Look at it first, then send it again if it is still needed.";

    MONEY_PAID_OUT = 409 "money_paid_out",
    "Dana sudah dibayarkan" | "Money paid out already",
    "Dana kampanye ini sudah dibayarkan keluar, jadi kampanyenya tidak dapat dibatalkan lagi."
    | "Money of this campaign was paid out already, so it can't be called off any more.";

    PAYOUT_ACCOUNT_UNCONFIRMED = 409 "payout_account_unconfirmed",
    "Rekening baru belum dikonfirmasi" | "New account not confirmed",
    "Rekening untuk pengembalian ini diganti selagi dananya belum dikirim. Penyelenggara menanyakannya kepada peserta dan mengonfirmasinya dulu."
    | "The account for this refund was changed while it was to be sent. The organiser asks the participant and confirms it first.";

    STATEMENT_LINE_KNOWN = 409 "statement_line_known",
    "Baris ini sudah tercatat" | "This line is recorded already",
    "Baris mutasi ini sudah dicatat, sekarang atau pada impor sebelumnya. Tidak ada yang dicatat dua kali."
    | "This line of the statement is recorded, now or by an import before. Nothing was recorded twice.";

    LINE_AMOUNT_DOES_NOT_FIT = 409 "line_amount_does_not_fit",
    "Jumlahnya tidak cukup untuk semuanya" | "Too little for all of it",
    "Jumlah baris mutasi ini tidak cukup untuk semua yang dipilih, atau salah satunya tidak berutang lagi. Pilih lebih sedikit, atau catat satu per satu di halaman pesertanya."
    | "The amount of this line is not enough for all that is chosen, or one of them owes nothing any more. Choose fewer, or record each on their own page.";

    CAMPAIGN_NOT_COMPLETED = 409 "campaign_not_completed",
    "Kampanye belum selesai" | "Campaign not completed",
    "Dana baru dapat dibayarkan keluar setelah kampanyenya selesai; sebelum itu dana mungkin harus dikembalikan kepada peserta."
    | "Money can be paid out once the campaign is completed; until then it may have to go back to the participants.";

    BAN_LIMIT_REACHED = 409 "ban_limit_reached",
    "Terlalu banyak larangan" | "Too many bans",
    "Jumlah larangan sudah mencapai batas. Cabut dulu yang tidak perlu lagi, lalu tambahkan yang baru."
    | "There are as many bans as there can be. Lift one that is not needed any more, then add the new one.";

    WEBHOOK_LIMIT_REACHED = 409 "webhook_limit_reached",
    "Webhook sudah penuh" | "Too many webhooks",
    "Jumlah webhook sudah mencapai batas. Hapus dulu yang tidak dipakai lagi, lalu tambahkan yang baru."
    | "There are as many webhooks as there can be. Remove one that is not used any more, then add the new one.";

    PAY_TO_RETIRED = 409 "pay_to_retired",
    "Rekening tujuan sudah tidak dipakai" | "Account already retired",
    "Rekening tujuan ini sudah tidak dipakai lagi; tidak ada yang perlu diubah."
    | "This account to pay to is retired already; there is nothing to change.";

    PAY_TO_LIMIT_REACHED = 409 "pay_to_limit_reached",
    "Rekening tujuan sudah penuh" | "Too many accounts",
    "Jumlah rekening tujuan yang dipakai sudah mencapai batas. Hentikan dulu salah satunya, lalu tambahkan yang baru."
    | "As many accounts to pay to are in use as there can be. Retire one first, then add the new one.";

    BODY_TOO_LARGE = 413 "body_too_large",
    "Isi permintaan terlalu besar" | "Request body too large",
    "Isi permintaan paling besar 64 KiB, dan mutasi rekening 4 MiB. Perpendek, lalu kirim lagi; mutasi yang lebih besar dibaca oleh perintah `sambatan payments import`."
    | "A request's body has at most 64 KiB, and a bank statement 4 MiB. Shorten it and send it again; a larger statement is read by the command `sambatan payments import`.";

    UNSUPPORTED_MEDIA_TYPE = 415 "unsupported_media_type",
    "Jenis isi tidak didukung" | "Unsupported media type",
    "Kirim isi permintaan sebagai JSON dalam UTF-8 dengan header Content-Type: application/json."
    | "Send the body as JSON in UTF-8 with the header Content-Type: application/json.";

    NOT_CSV = 415 "unsupported_media_type",
    "Jenis isi tidak didukung" | "Unsupported media type",
    "Kirim mutasi rekening sebagai tabel CSV dengan header Content-Type: text/csv, atau sebagai XLSX atau XLS dengan jenis isinya."
    | "Send the bank statement as a CSV table with the header Content-Type: text/csv, or as XLSX or XLS with its media type.";

    VALIDATION_FAILED = 422 "validation_failed",
    "Isian belum benar" | "Invalid fields",
    "Ada isian yang belum benar. Perbaiki, lalu kirim lagi."
    | "Some fields are not right. Correct them and send them again.";

    BODY_NOT_AN_OBJECT = 422 "validation_failed",
    "Isian belum benar" | "Invalid fields",
    "Isi permintaan harus berupa objek JSON, misalnya {\"title\": \"…\"}."
    | "The request's body must be a JSON object, such as {\"title\": \"…\"}.";

    IDEMPOTENCY_CONFLICT = 422 "idempotency_conflict",
    "Idempotency-Key sudah dipakai" | "Idempotency-Key used before",
    "Idempotency-Key ini sudah dipakai untuk permintaan lain. Gunakan kunci baru untuk permintaan baru."
    | "This Idempotency-Key was used for another request. Use a new key for a new request.";

    RATE_LIMITED = 429 "rate_limited",
    "Terlalu banyak permintaan" | "Too many requests",
    "Terlalu banyak permintaan dari alamat Anda. Tunggu sebentar, lalu coba lagi."
    | "Too many requests came from your address. Wait a moment and try again.";

    CAMPAIGN_BUSY = 429 "rate_limited",
    "Terlalu banyak permintaan" | "Too many requests",
    "Terlalu banyak yang bergabung dengan kampanye ini sekaligus. Tunggu sebentar, lalu kirim lagi."
    | "Too many people are joining this campaign at once. Wait a moment and send it again.";

    INTERNAL = 500 "internal",
    "Kesalahan di server" | "Internal error",
    "Terjadi kesalahan di server. Coba lagi; bila berulang, sampaikan request_id ini kepada penyelenggara."
    | "Something went wrong on the server. Try again; if it happens again, tell the organiser this request_id.";

    NOT_READY = 503 "not_ready" retry 5,
    "Belum siap" | "Not ready",
    "Layanan belum siap. Bagian yang bermasalah ada di reasons; lihat juga log."
    | "The service is not ready. See reasons for the parts in trouble, and the log.";

    OVERLOADED = 503 "overloaded" retry 1,
    "Sedang sibuk" | "Too busy",
    "Server sedang sangat sibuk dan permintaan Anda belum diproses. Coba lagi sebentar lagi."
    | "The server is very busy and did not process your request. Try again in a moment.";

    STORAGE_FULL = 503 "storage_full" retry 60,
    "Penyimpanan penuh" | "Storage full",
    "Disk server ini penuh, jadi permintaan Anda tidak disimpan dan tidak ada yang berubah. Halaman masih bisa dibaca. Coba lagi nanti, dan beri tahu penyelenggara: begitu ada tempat di disk, semuanya berjalan lagi dengan sendirinya."
    | "The server's disk is full, so your request was not stored and nothing has changed. Pages can still be read. Try again later, and tell the organiser: as soon as there is room on the disk, everything works again by itself.";

    OUTCOME_UNKNOWN = 503 "outcome_unknown" retry 5,
    "Hasil belum pasti" | "Outcome unknown",
    "Belum pasti apakah perubahan ini tersimpan. Kirim lagi dengan Idempotency-Key yang sama, atau periksa datanya dulu."
    | "It is not known whether this change was stored. Send it again with the same Idempotency-Key, or look at the data first.";

    STOPPING = 503 "stopping" retry 5,
    "Server sedang berhenti" | "Server is stopping",
    "Server sedang dihentikan dan permintaan Anda belum diproses. Coba lagi setelah server berjalan kembali."
    | "The server is being stopped and did not process your request. Try again when it is back.";

    SCHEDULER_STOPPED = 503 "scheduler_stopped" retry 30,
    "Penjadwal tidak berjalan" | "Scheduler not running",
    "Penjadwal tidak berjalan. Jalankan ulang layanan, atau gunakan POST /api/sambatan/lifecycle/run."
    | "The scheduler is not running. Restart the service, or use POST /api/sambatan/lifecycle/run.";
}
