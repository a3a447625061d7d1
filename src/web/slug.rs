//! The address of a campaign's page: its title for people, its whole id for finding it.

use uuid::Uuid;

use crate::domain::campaign::Campaign;
use crate::domain::id::CampaignId;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// An id of 128 bits has so many digits to the base of 36.
const LENGTH: usize = 25;
/// So much of a title is in the address.
const LONGEST_TITLE: usize = 48;

/// The path of a campaign's page: `/c/batch-oktober-` and its id.
pub(crate) fn campaign_path(campaign: &Campaign) -> String {
    let mut path = "/c/".to_owned();
    let mut gap = false;
    for character in campaign.title.chars() {
        if !character.is_ascii_alphanumeric() {
            gap = path.len() > 3;
            continue;
        }
        if path.len() >= 3 + LONGEST_TITLE {
            break;
        }
        if std::mem::take(&mut gap) {
            path.push('-');
        }
        path.push(character.to_ascii_lowercase());
    }
    if path.len() > 3 {
        path.push('-');
    }
    path.push_str(&short(campaign.id));
    path
}

/// The campaign that the last part of a page's path names: what stands before the id does not count, so
/// that a link lives on when the title changes. A UUID alone names its campaign too.
pub(crate) fn campaign_id(slug: &str) -> Option<CampaignId> {
    if let Ok(id) = slug.parse() {
        return Some(id);
    }
    let digits = slug.rsplit('-').next().filter(|it| it.len() == LENGTH)?;
    let mut number: u128 = 0;
    for digit in digits.bytes() {
        let value = DIGITS
            .iter()
            .position(|known| known.eq_ignore_ascii_case(&digit))?;
        number = number.checked_mul(36)?.checked_add(value as u128)?;
    }
    Uuid::from_u128(number).to_string().parse().ok()
}

fn short(id: CampaignId) -> String {
    let mut rest = id.as_uuid().as_u128();
    let mut digits = [b'0'; LENGTH];
    for digit in digits.iter_mut().rev() {
        let value = usize::try_from(rest % 36).unwrap_or(0);
        *digit = DIGITS[value];
        rest /= 36;
    }
    String::from_utf8_lossy(&digits).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::campaign::NewCampaign;
    use crate::domain::id::ProductId;
    use crate::domain::product::NewProduct;

    fn campaign(title: &str) -> Campaign {
        let now = "2025-10-01T00:00:00Z".parse().unwrap();
        let product = NewProduct {
            name: "Rimba Embun".to_owned(),
            description: None,
            base_price: 1,
        };
        let mut product = product.into_product(ProductId::new(), now).unwrap();
        product.is_sambatan_enabled = true;
        let deadline = now.as_datetime() + chrono::TimeDelta::days(1);
        let new = NewCampaign::new(product.id, title, 1, 1, deadline);
        let checked = new.check().unwrap();
        checked.open(&product, CampaignId::new(), now).unwrap().0
    }

    #[test]
    fn a_path_reads_like_the_title_and_finds_the_campaign() {
        for (title, words) in [
            ("Batch Oktober", "batch-oktober-"),
            ("  50% OFF!!  (Kopi & Teh) ", "50-off-kopi-teh-"),
            ("<script>alert('x')</script>", "script-alert-x-script-"),
            ("عطر", ""),
            ("🎉 Pesta", "pesta-"),
            (
                &"sangat panjang sekali ".repeat(5),
                "sangat-panjang-sekali-sangat-panjang-sekali-sang-",
            ),
        ] {
            let campaign = campaign(title);
            let path = campaign_path(&campaign);
            let slug = path.strip_prefix("/c/").unwrap();
            assert_eq!(&slug[..slug.len() - LENGTH], words, "{title}");
            assert_eq!(campaign_id(slug), Some(campaign.id));
            assert_eq!(
                campaign_id(&format!("judul-lain-{}", &slug[slug.len() - LENGTH..])),
                Some(campaign.id)
            );
            assert_eq!(campaign_id(&slug.to_uppercase()), Some(campaign.id));
            assert_eq!(campaign_id(&campaign.id.to_string()), Some(campaign.id));
        }
    }

    #[test]
    fn what_has_no_id_at_its_end_names_nothing() {
        let most = "z".repeat(25);
        for slug in [
            "",
            "batch-oktober",
            "-",
            "0123",
            most.as_str(),
            "é".repeat(25).as_str(),
        ] {
            assert_eq!(campaign_id(slug), None, "{slug}");
        }
    }
}
