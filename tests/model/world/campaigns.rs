//! Products and campaigns.

use proptest::{prop_assert, prop_assert_eq};
use sambatan::domain::audit::Metadata;
use sambatan::domain::edit::{CloneCampaign, EditCampaign, EditProduct};
use sambatan::domain::product::{NewProduct, ToggleSambatan};
use sambatan::{CampaignStatus, NewCampaign};

use super::{World, same};
use crate::Checked;
use crate::model::steps::{OfCampaigns, Pick};

impl World {
    pub(super) fn take_of_campaigns(&mut self, step: &OfCampaigns) -> Checked {
        match step.clone() {
            OfCampaigns::CreateProduct => self.create_product(),
            OfCampaigns::Toggle {
                product,
                enabled,
                deadline_in,
            } => self.toggle(product, enabled, deadline_in),
            OfCampaigns::EditProduct {
                product,
                name,
                description,
                price,
            } => {
                let edit = EditProduct {
                    name: name.map(str::to_owned),
                    description: description.map(str::to_owned),
                    base_price: price,
                };
                self.edit_product(product, &edit)
            }
            OfCampaigns::Create { .. } => self.create_campaign(&self.campaign_input(step)),
            OfCampaigns::Clone { campaign, .. } => {
                self.clone_campaign(campaign, &self.clone_input(step))
            }
            OfCampaigns::Edit {
                campaign,
                title,
                description,
                pay_to,
            } => {
                let edit = EditCampaign {
                    title: title.map(str::to_owned),
                    description: description.map(str::to_owned),
                    pay_to: pay_to.map(|picks| self.accounts(&picks)),
                    join_code: None,
                };
                self.edit_campaign(campaign, &edit)
            }
            OfCampaigns::Extend {
                campaign,
                deadline_in,
            } => self.extend(campaign, deadline_in),
            OfCampaigns::CloseList(campaign) => self.close_list(campaign),
            OfCampaigns::Cancel(campaign) => self.cancel_campaign(campaign),
            OfCampaigns::SetCode(campaign, code) => {
                let id = self.model.campaigns.pick(campaign);
                let edit = EditCampaign {
                    join_code: Some(code.unwrap_or_default().to_owned()),
                    ..EditCampaign::default()
                };
                let expected = self.model.edit_campaign(id, &edit);
                same(self.service().edit_campaign(id, edit), expected)
            }
        }
    }

    fn create_product(&mut self) -> Checked {
        let new = NewProduct {
            name: "Rimba Embun".to_owned(),
            description: None,
            base_price: 420_000,
        };
        let product = self.service().create_product(new).unwrap();
        self.model.product_created(product);
        Ok(())
    }

    fn toggle(&mut self, product: Pick, enabled: bool, deadline_in: Option<i64>) -> Checked {
        let id = self.model.products.pick(product);
        let toggle = ToggleSambatan {
            enabled,
            total_slots: None,
            deadline: deadline_in.map(|ms| self.in_ms(ms).as_datetime()),
        };
        let expected = self.model.toggle(id, &toggle);
        let found = self.service().toggle_sambatan(id, toggle);
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn edit_product(&mut self, product: Pick, edit: &EditProduct) -> Checked {
        let id = self.model.products.pick(product);
        let expected = self.model.edit_product(id, edit);
        same(self.service().edit_product(id, edit.clone()), expected)
    }

    fn campaign_input(&self, step: &OfCampaigns) -> NewCampaign {
        let OfCampaigns::Create {
            product,
            slots,
            minimum,
            price,
            deadline_in,
            opens_in,
            terms,
            code,
            ref pay_to,
        } = *step
        else {
            unreachable!("only such a step has a campaign");
        };
        let id = self.model.products.pick(product);
        let deadline = self.in_ms(deadline_in).as_datetime();
        NewCampaign {
            description: Some("Kirim tiap Senin".to_owned()),
            minimum_slots: minimum,
            terms,
            join_code: code.map(str::to_owned),
            pay_to: self.accounts(pay_to),
            opens_at: opens_in.map(|ms| self.in_ms(ms).as_datetime()),
            ..NewCampaign::new(id, "Batch Oktober", slots, price, deadline)
        }
    }

    fn create_campaign(&mut self, new: &NewCampaign) -> Checked {
        let expected = self.model.create_campaign(new);
        let found = self.service().create_campaign(new.clone());
        if let (Ok(campaign), Ok(())) = (&found, &expected) {
            self.model.campaign_created(new, campaign.id);
            prop_assert_eq!(campaign, &self.model.campaign(campaign.id));
        }
        same(found.map(|_| ()), expected)
    }

    fn clone_input(&self, step: &OfCampaigns) -> CloneCampaign {
        let OfCampaigns::Clone {
            campaign: _,
            title,
            slots,
            minimum,
            price,
            deadline_in,
            opens_in,
        } = *step
        else {
            unreachable!("only such a step has a clone");
        };
        CloneCampaign {
            deadline: self.in_ms(deadline_in).as_datetime(),
            opens_at: opens_in.map(|ms| self.in_ms(ms).as_datetime()),
            title: title.map(str::to_owned),
            total_slots: slots,
            minimum_slots: minimum,
            price_per_slot: price,
        }
    }

    fn clone_campaign(&mut self, campaign: Pick, clone: &CloneCampaign) -> Checked {
        let from = self.model.campaigns.pick(campaign);
        let expected = self.model.clone_campaign(from, clone);
        let found = self.service().clone_campaign(from, clone.clone());
        if let (Ok(campaign), Ok(new)) = (&found, &expected) {
            self.model.campaign_cloned(from, new, campaign.id);
            prop_assert_eq!(campaign, &self.model.campaign(campaign.id));
        }
        same(found.map(|_| ()), expected.map(|_| ()))
    }

    fn edit_campaign(&mut self, campaign: Pick, edit: &EditCampaign) -> Checked {
        let id = self.model.campaigns.pick(campaign);
        let expected = self.model.edit_campaign(id, edit);
        same(self.service().edit_campaign(id, edit.clone()), expected)
    }

    fn extend(&mut self, campaign: Pick, deadline_in: i64) -> Checked {
        let id = self.model.campaigns.pick(campaign);
        let deadline = self.in_ms(deadline_in);
        let expected = self.model.extend(id, deadline);
        let service = self.service();
        let found = service.extend_campaign(id, deadline.as_datetime(), Some("lama"));
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn close_list(&mut self, campaign: Pick) -> Checked {
        let all = &self.model.campaigns;
        let id = all.pick_of(campaign, |one| one.status == CampaignStatus::Completed);
        let expected = self.model.close_list(id, false);
        prop_assert_eq!(self.service().close_waiting_list(id), expected);
        Ok(())
    }

    fn cancel_campaign(&mut self, campaign: Pick) -> Checked {
        let id = self.model.campaigns.pick(campaign);
        let foretold = self.service().calling_off(id);
        let expected = self.model.cancel_campaign(id);
        let found = self.service().cancel_campaign(id, Some("batal"));
        prop_assert_eq!(&found, &expected);
        // What the form said before is what the event says then.
        let told = match foretold {
            Ok(Some(effect)) => {
                prop_assert!(found.is_ok());
                Some(effect.refunds.told_in(Metadata::new()))
            }
            Ok(None) | Err(_) => {
                prop_assert!(found.is_err());
                None
            }
        };
        if let Some(told) = told {
            let facts = self.model.events.last().unwrap().metadata.facts();
            for name in ["refunds", "refund_amount"] {
                prop_assert_eq!(told.facts().get(name), facts.get(name));
            }
        }
        Ok(())
    }
}
