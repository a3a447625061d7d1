//! Every reason for which the door answers by itself, in one table.
//!
//! Owns: status, stable code, title and the words for the reader of each refusal, and how a refusal
//! looks on the wire. Never: deciding whether something is refused; that is `scan`, `vet`,
//! `framing`, `chunked` for requests, `reply` for answers, and the event loop for limits and time.

use chrono::Utc;

use crate::http::common_headers::COMMON_HEADERS;
use crate::http::date::http_date;
use crate::words::Language;

use super::vet::Traits;

/// What the table says about one refusal.
struct Entry {
    status: u16,
    code: &'static str,
    title: &'static str,
    indonesian: &'static str,
    english: &'static str,
}

/// Turns the rows below into the enum and its table, so that neither can have a row of its own.
macro_rules! refusals {
    ($( $name:ident = $status:literal $code:literal $title:literal { $id:literal $en:literal } )*) => {
        /// Why the door answered a request itself instead of handing it to the application.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Refusal {
            $( #[doc = $title] $name, )*
        }

        impl Refusal {
            /// All refusals, in the order of the table.
            pub const ALL: &'static [Refusal] = &[ $( Refusal::$name, )* ];

            fn entry(self) -> &'static Entry {
                match self {
                    $( Refusal::$name => &Entry {
                        status: $status, code: $code, title: $title, indonesian: $id, english: $en,
                    }, )*
                }
            }
        }
    };
}

refusals! {
    RequestLineMalformed = 400 "request_line_malformed" "Request line malformed" {
        "Baris pertama permintaan harus tepat: metode, satu spasi, alamat, satu spasi, lalu HTTP/1.1 atau HTTP/1.0, tanpa baris kosong di depannya."
        "The first line of a request must be exactly: method, one space, target, one space, then HTTP/1.1 or HTTP/1.0, with no empty line before it." }
    VersionUnsupported = 505 "http_version_unsupported" "HTTP version not supported" {
        "Gunakan HTTP/1.1 atau HTTP/1.0."
        "Use HTTP/1.1 or HTTP/1.0." }
    MethodUnknown = 501 "method_not_implemented" "Method not implemented" {
        "Metode ini tidak dikenal di sini. Gunakan salah satu metode di header Allow; huruf besar dan kecil dibedakan."
        "This method is not known here. Use one of those in the Allow header; upper and lower case differ." }
    MethodRefused = 405 "method_not_allowed" "Method not allowed" {
        "CONNECT dan TRACE tidak dilayani. Gunakan salah satu metode di header Allow."
        "CONNECT and TRACE are not served. Use one of the methods in the Allow header." }
    TargetTooLong = 414 "target_too_long" "Request target too long" {
        "Alamat permintaan terlalu panjang. Pindahkan data yang panjang ke isi permintaan."
        "The address of the request is too long. Move long data into the body of the request." }
    TargetMalformed = 400 "target_malformed" "Request target malformed" {
        "Alamat permintaan harus diawali garis miring dan hanya berisi karakter ASCII yang tampak, tanpa tanda pagar. Karakter lain ditulis dengan persen."
        "The address of the request must begin with a slash and hold only visible ASCII characters, without a number sign. Write other characters percent-encoded." }
    HeadTooLarge = 431 "head_too_large" "Request head too large" {
        "Header permintaan terlalu besar. Kirim lebih sedikit header atau hapus cookie yang tidak perlu."
        "The headers of the request are too large. Send fewer headers or clear cookies that are not needed." }
    TooManyHeaders = 431 "too_many_headers" "Too many header fields" {
        "Permintaan membawa terlalu banyak header. Kirim lebih sedikit header."
        "The request carries too many headers. Send fewer." }
    BareLineBreak = 400 "bare_line_break" "Bare CR or LF" {
        "Setiap baris header harus diakhiri CR LF; CR atau LF yang berdiri sendiri tidak diterima."
        "Every header line must end in CR LF; a CR or an LF on its own is not accepted." }
    ControlCharacter = 400 "control_character" "Control character in the request head" {
        "Header permintaan memuat NUL atau karakter kendali. Hapus karakter itu."
        "The head of the request holds a NUL or a control character. Remove it." }
    FoldedHeader = 400 "folded_header" "Folded header line" {
        "Nilai header tidak boleh dilanjutkan di baris berikutnya. Tulis setiap header dalam satu baris."
        "A header value may not continue on the next line. Write each header on one line." }
    BlankBeforeColon = 400 "blank_before_colon" "Blank before the colon of a header" {
        "Tidak boleh ada spasi atau tab di antara nama header dan titik dua."
        "No space or tab may stand between the name of a header and its colon." }
    HeaderNameMalformed = 400 "header_name_malformed" "Header name malformed" {
        "Setiap baris header harus berisi nama yang sah, titik dua, lalu nilai."
        "Every header line must hold a valid name, a colon, then the value." }
    HeaderNotAscii = 400 "header_not_ascii" "Header value is not ASCII" {
        "Salah satu header yang dibaca layanan ini memuat karakter di luar ASCII. Tulis nilainya dengan ASCII."
        "One of the headers that this service reads holds characters outside ASCII. Write its value in ASCII." }
    HeaderRepeated = 400 "header_repeated" "Header sent more than once" {
        "Header yang hanya boleh ada satu dikirim lebih dari sekali. Kirim satu saja."
        "A header that may only appear once was sent more than once. Send it once." }
    HostMissing = 400 "host_missing" "Host missing" {
        "Permintaan HTTP/1.1 harus membawa tepat satu header Host."
        "An HTTP/1.1 request must carry exactly one Host header." }
    HostRepeated = 400 "host_repeated" "Host sent more than once" {
        "Header Host dikirim lebih dari sekali. Kirim satu saja."
        "The Host header was sent more than once. Send it once." }
    HostMalformed = 400 "host_malformed" "Host malformed" {
        "Header Host harus berisi nama atau alamat, boleh diikuti titik dua dan nomor port."
        "The Host header must hold a name or an address, optionally followed by a colon and a port number." }
    LengthMalformed = 400 "content_length_malformed" "Content-Length malformed" {
        "Content-Length harus hanya berisi angka desimal, tanpa tanda, koma, atau spasi di dalamnya."
        "Content-Length must hold decimal digits only, with no sign, comma or space among them." }
    LengthRepeated = 400 "content_length_repeated" "Content-Length sent more than once" {
        "Content-Length dikirim lebih dari sekali. Kirim satu saja."
        "Content-Length was sent more than once. Send it once." }
    LengthWithEncoding = 400 "content_length_with_transfer_encoding" "Content-Length together with Transfer-Encoding" {
        "Kirim Content-Length atau Transfer-Encoding, jangan keduanya."
        "Send either Content-Length or Transfer-Encoding, never both." }
    EncodingUnsupported = 501 "transfer_encoding_unsupported" "Transfer coding not implemented" {
        "Hanya Transfer-Encoding: chunked yang dikenal. Kirim isi tanpa penyandian lain."
        "Only Transfer-Encoding: chunked is known. Send the body without any other coding." }
    EncodingMalformed = 400 "transfer_encoding_malformed" "Transfer-Encoding malformed" {
        "Transfer-Encoding harus berisi tepat satu kata: chunked."
        "Transfer-Encoding must hold exactly one word: chunked." }
    EncodingOnOldVersion = 400 "transfer_encoding_on_http_1_0" "Transfer-Encoding on HTTP/1.0" {
        "HTTP/1.0 tidak mengenal Transfer-Encoding. Kirim Content-Length atau gunakan HTTP/1.1."
        "HTTP/1.0 does not know Transfer-Encoding. Send Content-Length or use HTTP/1.1." }
    ChunkMalformed = 400 "chunk_malformed" "Chunked body malformed" {
        "Setiap potongan harus berisi ukuran heksadesimal, CR LF, data sebanyak itu, lalu CR LF."
        "Each chunk must hold a hexadecimal size, CR LF, that much data, then CR LF." }
    ChunkSizeTooLong = 400 "chunk_size_too_long" "Chunk size line too long" {
        "Ukuran potongan paling banyak 16 angka heksadesimal."
        "The size of a chunk has at most 16 hexadecimal digits." }
    ChunkExtension = 400 "chunk_extension" "Chunk extension" {
        "Tidak boleh ada apa pun setelah ukuran potongan selain CR LF."
        "Nothing but CR LF may follow the size of a chunk." }
    TrailerRefused = 400 "trailer_refused" "Trailer fields" {
        "Header setelah isi tidak diterima. Kirim semua header sebelum isi."
        "Headers after the body are not accepted. Send all headers before the body." }
    BodyTooLarge = 413 "body_too_large" "Request body too large" {
        "Isi permintaan terlalu besar. Kirim data yang lebih kecil; mutasi rekening yang besar dibaca oleh perintah `sambatan payments import`."
        "The body of the request is too large. Send less data; a large bank statement is read by the command `sambatan payments import`." }
    UploadsBusy = 503 "uploads_busy" "Too many files at once" {
        "Sedang ada dua berkas besar yang dibaca. Tunggu sebentar, lalu kirim lagi berkasnya; belum ada yang dicatat."
        "Two large files are being read just now. Wait a moment and send the file again; nothing was recorded." }
    ExpectationFailed = 417 "expectation_failed" "Expectation failed" {
        "Hanya Expect: 100-continue yang dikenal. Hapus header Expect."
        "Only Expect: 100-continue is known. Leave the Expect header out." }
    UpgradeRefused = 501 "upgrade_refused" "Upgrade not implemented" {
        "Layanan ini tidak berpindah protokol. Kirim permintaan tanpa header Upgrade."
        "This service does not switch protocols. Send the request without an Upgrade header." }
    RequestCutShort = 400 "request_cut_short" "Request cut short" {
        "Sambungan berakhir sebelum permintaan lengkap. Kirim ulang seluruh permintaan."
        "The connection ended before the request was complete. Send the whole request again." }
    HeadTimeout = 408 "head_timeout" "Request head came too slowly" {
        "Header permintaan tidak lengkap dalam batas waktu. Coba lagi dengan sambungan yang lebih baik."
        "The head of the request was not complete in time. Try again over a better connection." }
    BodyTimeout = 408 "body_timeout" "Request body came too slowly" {
        "Isi permintaan tidak lengkap dalam batas waktu. Coba lagi dengan sambungan yang lebih baik."
        "The body of the request was not complete in time. Try again over a better connection." }
    MadeRoom = 503 "made_room" "Connection closed to make room" {
        "Layanan sedang ramai dan permintaan ini belum lengkap. Coba lagi sebentar lagi."
        "The service is busy and this request was not complete. Try again in a moment." }
    ConnectionLimit = 503 "connection_limit" "Too many connections" {
        "Layanan sedang ramai. Coba lagi sebentar lagi."
        "The service is busy. Try again in a moment." }
    AddressLimit = 503 "address_connection_limit" "Too many connections from one address" {
        "Terlalu banyak sambungan dari alamat Anda. Tutup sebagian, lalu coba lagi sebentar lagi."
        "There are too many connections from your address. Close some, then try again in a moment." }
    ShuttingDown = 503 "stopping" "Service is stopping" {
        "Layanan sedang dihentikan dan permintaan ini belum diproses. Coba lagi sebentar lagi."
        "The service is stopping and this request was not begun. Try again in a moment." }
    ApplicationBusy = 503 "application_busy" "Service is busy" {
        "Layanan sedang sibuk dan permintaan ini belum diproses. Coba lagi sebentar lagi."
        "The service is busy and this request was not begun. Try again in a moment." }
    ApplicationTimeout = 504 "application_timeout" "No answer in time" {
        "Jawaban tidak datang dalam batas waktu; perubahan mungkin sudah tersimpan. Periksa dahulu, atau ulangi dengan Idempotency-Key yang sama."
        "No answer came in time; the change may have been made. Look first, or repeat with the same Idempotency-Key." }
    ApplicationGone = 502 "application_gone" "No answer from the application" {
        "Jawaban terputus di dalam layanan; perubahan mungkin sudah tersimpan. Periksa dahulu, atau ulangi dengan Idempotency-Key yang sama."
        "The answer broke off inside the service; the change may have been made. Look first, or repeat with the same Idempotency-Key." }
    ReplyMalformed = 502 "reply_malformed" "Answer of the application malformed" {
        "Jawaban di dalam layanan tidak sah dan tidak diteruskan. Beri tahu pengelola layanan."
        "The answer inside the service was invalid and was not passed on. Tell the operator of the service." }
    ReplyTooLarge = 502 "reply_too_large" "Answer of the application too large" {
        "Jawaban terlalu besar untuk diteruskan. Minta halaman yang lebih kecil."
        "The answer is too large to be passed on. Ask for a smaller page." }
}

/// The methods the application knows, as an `Allow` value.
pub(super) const ALLOW: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, QUERY";

/// Seconds in `Retry-After` of a 503: limits free up as soon as somebody is answered.
const RETRY_AFTER_SECONDS: u32 = 1;

impl Refusal {
    /// The HTTP status of the answer.
    pub fn status(self) -> u16 {
        self.entry().status
    }

    /// The stable, machine-readable name; also the label of the metric.
    pub fn code(self) -> &'static str {
        self.entry().code
    }

    /// The words for the reader.
    pub(super) fn detail(self, language: Language) -> &'static str {
        match language {
            Language::Indonesian => self.entry().indonesian,
            Language::English => self.entry().english,
        }
    }

    /// The whole answer on the wire; the connection closes after it. A page for whoever reads HTML, a
    /// problem document for programs. A `HEAD` gets no body, though the length that the body would have.
    pub(super) fn render(self, traits: Traits) -> Vec<u8> {
        let status = self.status();
        let language = traits.language;
        let (media_type, body) = if traits.reads_html {
            ("text/html; charset=utf-8", self.page(language))
        } else {
            ("application/problem+json", self.problem(language))
        };
        let mut answer = format!(
            "HTTP/1.1 {status} {}\r\nDate: {}\r\nContent-Type: {media_type}\r\nContent-Language: {}\r\nVary: Accept, Accept-Language\r\n",
            reason(status),
            http_date(Utc::now()),
            language.tag()
        );
        for (name, value) in COMMON_HEADERS {
            answer.push_str(&format!("{name}: {value}\r\n"));
        }
        match self {
            Refusal::MethodUnknown | Refusal::MethodRefused => {
                answer.push_str(&format!("Allow: {ALLOW}\r\n"));
            }
            _ if status == 503 => {
                answer.push_str(&format!("Retry-After: {RETRY_AFTER_SECONDS}\r\n"));
            }
            _ => {}
        }
        answer.push_str(&format!(
            "Connection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        ));
        if !traits.head_only {
            answer.push_str(&body);
        }
        answer.into_bytes()
    }

    fn problem(self, language: Language) -> String {
        let Entry {
            status,
            code,
            title,
            ..
        } = self.entry();
        let detail = self.detail(language);
        format!(r#"{{"title":"{title}","status":{status},"code":"{code}","detail":"{detail}"}}"#)
    }

    /// A page that needs nothing else: whoever sees it could not get anything from here just now.
    fn page(self, language: Language) -> String {
        let (heading, back) = match language {
            Language::Indonesian => (
                "Permintaan ini tidak bisa dilayani",
                "Kembali ke halaman sebelumnya, lalu coba lagi.",
            ),
            Language::English => (
                "This request cannot be served",
                "Go back to the page before and try again.",
            ),
        };
        let (tag, status, code) = (language.tag(), self.status(), self.code());
        let detail = self.detail(language);
        format!(
            r#"<!doctype html><html lang="{tag}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>{heading}</title><main><h1>{heading}</h1><p>{detail}</p><p>{back}</p><p><small>{status} {code}</small></p></main></html>"#
        )
    }
}

/// Reason phrases of the statuses in the table. Clients ignore them; people reading a trace do not.
fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        414 => "URI Too Long",
        417 => "Expectation Failed",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "Error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_snake_case_and_the_words_need_no_escaping() {
        let mut seen = std::collections::HashSet::new();
        for refusal in Refusal::ALL {
            let code = refusal.code();
            assert!(seen.insert(code), "{code} twice");
            assert!(
                code.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            );
            for text in [
                refusal.entry().title,
                refusal.detail(Language::Indonesian),
                refusal.detail(Language::English),
            ] {
                assert!(
                    text.is_ascii() && !text.contains(['"', '\\', '<', '&']),
                    "{code}: {text}"
                );
            }
            assert_ne!(
                reason(refusal.status()),
                "Error",
                "{code} has no reason phrase"
            );
        }
    }

    #[test]
    fn all_lists_the_variants_in_the_order_of_their_discriminants() {
        for (index, refusal) in Refusal::ALL.iter().enumerate() {
            assert_eq!(*refusal as usize, index);
        }
    }

    fn english(reads_html: bool) -> Traits {
        Traits {
            language: Language::English,
            reads_html,
            ..Traits::default()
        }
    }

    #[test]
    fn who_reads_html_gets_a_page_in_words() {
        for refusal in Refusal::ALL {
            let wire = String::from_utf8(refusal.render(english(true))).unwrap();
            let (head, body) = wire.split_once("\r\n\r\n").unwrap();
            assert!(head.contains(&format!("Content-Length: {}", body.len())));
            assert!(head.contains("Content-Type: text/html; charset=utf-8"));
            assert!(head.contains("Content-Security-Policy: default-src 'none'"));
            assert!(body.contains(refusal.detail(Language::English)), "{body}");
        }
    }

    #[test]
    fn an_answer_is_a_json_problem_with_its_exact_length() {
        for refusal in Refusal::ALL {
            let wire = String::from_utf8(refusal.render(english(false))).unwrap();
            let (head, body) = wire.split_once("\r\n\r\n").unwrap();
            assert!(head.contains(&format!("Content-Length: {}", body.len())));
            let problem: serde_json::Value = serde_json::from_str(body).unwrap();
            assert_eq!(problem["status"], refusal.status());
            assert_eq!(problem["code"], refusal.code());
        }
    }
}
