//! Refusals as pages: the same reasons as the API's, in words for people who see no addresses of an API.

use crate::domain::error::Error;
use crate::http::access::Access;
use crate::http::pages::{Keep, here, html, own, see_other};
use crate::http::problem::Refusal;
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::web::{Frame, Link, ProblemPage, Text, render};
use crate::words::{Reader, Words};

/// The answer to a request for a page that is refused; `access` is what its route asks for.
pub(crate) fn page(
    request: &Request,
    reader: Reader,
    access: Access,
    refusal: &Refusal,
) -> Response {
    let looks = matches!(request.method, Method::Get | Method::Head);
    let mut response = match (access, refusal) {
        (Access::Organiser, Refusal::TokenMissing | Refusal::TokenInvalid) if looks => {
            let mut path = "/organiser/sign-in?next=".to_owned();
            crate::http::request::percent_encode(&here(request), &mut path);
            see_other(&path).with_header("Cache-Control", "no-store".to_owned())
        }
        (Access::Participant, Refusal::TokenMissing | Refusal::TokenInvalid) if looks => {
            own::locked(request, reader)
        }
        _ => problem(request, reader, access, refusal),
    };
    response.code = Some(refusal.code());
    response
}

fn problem(request: &Request, reader: Reader, access: Access, refusal: &Refusal) -> Response {
    let t = Text::of(reader.language);
    let detail = match words(refusal) {
        Some(words) => reader.say(words).to_owned(),
        None => refusal.detail(reader),
    };
    let mut links = Vec::new();
    let is_signed_out = matches!(refusal, Refusal::TokenMissing | Refusal::TokenInvalid);
    if access == Access::Organiser && is_signed_out {
        links.push(Link {
            path: "/organiser/sign-in".to_owned(),
            label: t.sign_in,
        });
    } else if access == Access::Organiser {
        links.push(Link {
            path: "/organiser".to_owned(),
            label: t.go_to_overview,
        });
    }
    links.push(Link {
        path: "/".to_owned(),
        label: t.go_home,
    });
    let status = refusal.status();
    let title = refusal.title(reader);
    let view = ProblemPage {
        // A form's address can't be looked at, so the switch of the language leads to the front page.
        frame: Frame::new(reader, title, "/").private(),
        status,
        heading: title.to_owned(),
        detail,
        request_id: (status == 500).then(|| request.id.clone()),
        links,
    };
    let page = html(status, reader, Keep::Nobody, render(&view));
    refusal.with_hints(page)
}

/// What a person can do next, where the API's words speak of its own addresses and headers.
const fn words(refusal: &Refusal) -> Option<Words> {
    Some(match refusal {
        Refusal::NotFound => Words {
            id: "Halaman ini tidak ada. Periksa alamatnya, atau mulai dari halaman depan.",
            en: "There is no such page. Check the address, or start from the front page.",
        },
        Refusal::TokenMissing | Refusal::TokenInvalid => Words {
            id: "Anda belum masuk, atau sesinya sudah berakhir, jadi tidak ada yang diubah. Masuk lagi, lalu ulangi.",
            en: "You are not signed in, or your session has ended, so nothing was changed. Sign in again and repeat it.",
        },
        Refusal::OrganiserOnly => Words {
            id: "Hanya penyelenggara yang dapat membuka halaman ini.",
            en: "Only the organiser can open this page.",
        },
        Refusal::UnsupportedMediaType => Words {
            id: "Formulir ini dikirim dengan cara yang tidak dikenal. Buka lagi halamannya, lalu kirim dari sana.",
            en: "This form was sent in a way that is not understood. Open its page again and send it from there.",
        },
        Refusal::Service(Error::ProductNotFound) => Words {
            id: "Produk ini tidak ada. Pilih dari daftar produk.",
            en: "There is no such product. Choose one from the list of products.",
        },
        Refusal::Service(Error::CampaignNotFound) => Words {
            id: "Patungan ini tidak ada. Periksa apakah tautannya tersalin lengkap, atau pilih dari halaman depan.",
            en: "There is no such group buy. Check that the link was copied completely, or choose one from the front page.",
        },
        Refusal::Service(Error::ParticipationNotFound) => Words {
            id: "Keikutsertaan ini tidak ada. Periksa apakah tautannya tersalin lengkap, atau hubungi penyelenggara.",
            en: "There is no such participation. Check that the link was copied completely, or ask the organiser.",
        },
        Refusal::Service(Error::SchedulerStopped) => Words {
            id: "Penjadwal tidak berjalan. Jalankan ulang layanan ini.",
            en: "The scheduler is not running. Restart the service.",
        },
        Refusal::Service(Error::OutcomeUnknown) => Words {
            id: "Belum pasti apakah perubahan ini tersimpan. Kembali, lalu kirim formulir yang sama sekali lagi: tidak akan terhitung dua kali.",
            en: "It is not known whether this was stored. Go back and send the same form once more: it will not count twice.",
        },
        Refusal::Service(Error::ValidationFailed(_)) => Words {
            id: "Alamat halaman ini tidak lengkap atau berubah. Mulai lagi dari halaman depan.",
            en: "The address of this page is incomplete or was changed. Start again from the front page.",
        },
        _ => return None,
    })
}
