//! Every rule, one file each. A new one is its file, its line among the modules and its line in the list.

mod audience_cookie_too_long;
mod banner_language;
mod banner_not_shown;
mod change_without_ask;
mod consent_tag_first;
mod doubtful_category;
mod emotive_label;
mod exempt_tracker;
mod faint_edges;
mod first_party_with_others;
mod foreign_mark;
mod half_marked_tag;
mod hidden_refusal;
mod ignored_gpc;
mod incomplete_first_layer;
mod legitimate_interest;
mod longer_label;
mod low_contrast;
mod mark_against_declaration;
mod missing_authority;
mod missing_controller;
mod missing_language_text;
mod missing_legal_basis;
mod missing_policy_url;
mod missing_purpose;
mod missing_recipient;
mod missing_retention;
mod missing_transfers;
mod mixed_description;
mod necessary_tracker;
mod never_appears;
mod no_refusal;
mod no_way_back;
mod own_text_place;
mod page_language;
mod pre_ticked;
mod report_only;
mod requested_before_choice;
mod several_purposes;
mod small_text;
mod stored_before_choice;
mod swapped_buttons;
mod tracker_without_duration;
mod tracker_without_provider;
mod tracker_without_purpose;
mod unbalanced_labels;
mod undeclared_host;
mod understated_category;
mod unequal_buttons;
mod unknown_mark;
mod unknown_released;
mod unmarked_tag;
mod unmeasured_contrast;
mod unreadable_banner;
mod validity_over_six_months;
mod validity_too_long;
mod validity_too_short;
mod wall;

use super::rule::Rule;

/// Every rule, in the order in which findings are printed: what the configuration tells, what its pages tell, what a
/// browser sees.
pub static RULES: &[&Rule] = &[
    &missing_controller::RULE,
    &missing_authority::RULE,
    &missing_policy_url::RULE,
    &missing_purpose::RULE,
    &missing_legal_basis::RULE,
    &missing_recipient::RULE,
    &missing_retention::RULE,
    &missing_transfers::RULE,
    &first_party_with_others::RULE,
    &legitimate_interest::RULE,
    &tracker_without_purpose::RULE,
    &tracker_without_duration::RULE,
    &tracker_without_provider::RULE,
    &several_purposes::RULE,
    &mixed_description::RULE,
    &understated_category::RULE,
    &doubtful_category::RULE,
    &necessary_tracker::RULE,
    &exempt_tracker::RULE,
    &missing_language_text::RULE,
    &own_text_place::RULE,
    &emotive_label::RULE,
    &unbalanced_labels::RULE,
    &longer_label::RULE,
    &low_contrast::RULE,
    &faint_edges::RULE,
    &small_text::RULE,
    &wall::RULE,
    &change_without_ask::RULE,
    &validity_too_long::RULE,
    &validity_too_short::RULE,
    &validity_over_six_months::RULE,
    &audience_cookie_too_long::RULE,
    &report_only::RULE,
    &unknown_released::RULE,
    &ignored_gpc::RULE,
    &consent_tag_first::RULE,
    &half_marked_tag::RULE,
    &unknown_mark::RULE,
    &mark_against_declaration::RULE,
    &foreign_mark::RULE,
    &unmarked_tag::RULE,
    &undeclared_host::RULE,
    &never_appears::RULE,
    &pre_ticked::RULE,
    &page_language::RULE,
    &no_way_back::RULE,
    &banner_not_shown::RULE,
    &no_refusal::RULE,
    &unequal_buttons::RULE,
    &hidden_refusal::RULE,
    &unreadable_banner::RULE,
    &unmeasured_contrast::RULE,
    &swapped_buttons::RULE,
    &incomplete_first_layer::RULE,
    &banner_language::RULE,
    &stored_before_choice::RULE,
    &requested_before_choice::RULE,
];

/// The rule of this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}
