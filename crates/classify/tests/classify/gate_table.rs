//! The gate's own lines: every line is a rule, and no rule is careless.

use consentry_classify::gate_table::{self, GateRule, TABLE, rules};
use consentry_classify::lines::{Line, PatternKind, Says, read};
use consentry_classify::{Subject, SubjectKind, classify};
use consentry_policy::category::Category;
use consentry_policy::table::{Table, pattern};
use consentry_policy::verdict::{Verdict, class, source};

fn all() -> Vec<Line<'static>> {
    read(TABLE).map(|line| line.unwrap_or_else(|line| panic!("no rule: {line:?}"))).collect()
}

#[test]
fn every_line_is_a_rule_with_somebody_behind_it() {
    let lines = all();
    assert!(lines.len() > 50);
    assert_eq!(rules().count(), lines.len(), "a line without a category holds nothing");
    for line in lines {
        assert!(!line.vendor.is_empty() && line.vendor.trim() == line.vendor, "{line:?}");
        assert_eq!(line.host, None, "{line:?}: the gate does not know who sets a name");
        let beyond = line.pattern.chars().find(|c| !c.is_ascii_graphic() || "\"\\<".contains(*c));
        assert_eq!(beyond, None, "{line:?} goes into a script as it is");
    }
}

#[test]
fn no_rule_says_what_a_wider_one_said() {
    let rules: Vec<GateRule> = rules().collect();
    let wider = |wide: &GateRule, narrow: &GateRule| match (wide.kind, wide.pattern.strip_suffix('*')) {
        (PatternKind::Host, _) => {
            narrow.pattern.strip_suffix(wide.pattern).is_some_and(|below| below.ends_with('.'))
        }
        (PatternKind::Name, Some(start)) => {
            wide.pattern != narrow.pattern && narrow.pattern.starts_with(start)
        }
        (PatternKind::Name, None) => false,
    };
    for narrow in &rules {
        let same = |wide: &&GateRule| (wide.kind, wide.category) == (narrow.kind, narrow.category);
        let found = rules.iter().filter(same).find(|wide| wider(wide, narrow));
        assert_eq!(found, None, "{narrow:?}");
    }
}

#[test]
fn a_host_is_a_lower_case_name_that_somebody_can_own() {
    for rule in all().iter().filter(|rule| rule.kind == PatternKind::Host) {
        let labels: Vec<_> = rule.pattern.split('.').collect();
        let label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        };
        assert!(labels.len() >= 2 && labels.iter().all(|it| label(it)), "{rule:?}");
    }
}

#[test]
fn a_name_has_at_most_one_star_and_says_something_without_it() {
    for rule in all().iter().filter(|rule| rule.kind == PatternKind::Name) {
        assert!(rule.pattern.matches('*').count() <= 1, "{rule:?}");
        assert!(rule.pattern.replace('*', "").len() >= 3, "{rule:?} holds too much");
    }
}

#[test]
fn what_loads_before_anybody_was_asked_has_a_reason() {
    let necessary = Says::Category(Category::Necessary);
    let necessary: Vec<_> = all().into_iter().filter(|line| line.says == necessary).collect();
    assert!(!necessary.is_empty());
    for line in necessary {
        assert!(line.reason.split(' ').count() >= 4, "{line:?}: found no sentence");
    }
}

#[test]
fn the_gates_piece_has_every_rule_once_under_its_numbers() {
    let groups: Vec<(u32, usize, String)> = serde_json::from_str(&gate_table::table()).unwrap();
    let mut found: Vec<_> = groups
        .iter()
        .flat_map(|(kinds, category, patterns)| {
            patterns.split(' ').map(move |pattern| (*kinds, *category, pattern))
        })
        .collect();
    // 1 is a host, 2 a cookie and 4 a storage key; categories count from the necessary one.
    let number =
        |rule: &GateRule| Category::ALL.iter().position(|category| *category == rule.category).unwrap();
    let mut expected: Vec<_> = rules()
        .map(|rule| (if rule.kind == PatternKind::Host { 1 } else { 6 }, number(&rule), rule.pattern))
        .collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert!(groups.len() <= 8);
}

/// The table as the gate fills it.
fn gate() -> Box<Table> {
    let mut table = Box::new(Table::EMPTY);
    let groups: Vec<(u32, u32, String)> = serde_json::from_str(&gate_table::table()).unwrap();
    for (kinds, category, patterns) in groups {
        let verdict = Verdict::new(category, source::TABLE, 0);
        for pattern in patterns.split(' ') {
            let pattern = if kinds == pattern::HOST { format!(".{pattern}*") } else { pattern.to_owned() };
            assert!(table.insert(kinds, pattern.as_bytes(), verdict), "{pattern}");
        }
    }
    table
}

fn host(table: &Table, host: &str) -> Option<Verdict> {
    table.find(pattern::HOST, format!(".{host}").as_bytes())
}

fn class_of(verdict: Option<Verdict>) -> Option<&'static str> {
    verdict.map(|it| Category::ALL.get(it.class() as usize).map_or("unclassified", |it| it.name()))
}

#[test]
fn the_gate_finds_every_rule() {
    let table = gate();
    for rule in rules() {
        // What a `*` stands for changes nothing.
        let answers = match rule.kind {
            PatternKind::Host => {
                vec![host(&table, rule.pattern), host(&table, &format!("x.{}/y", rule.pattern))]
            }
            PatternKind::Name => stood_for(rule.pattern)
                .iter()
                .flat_map(|name| {
                    [pattern::COOKIE, pattern::STORAGE].map(|kind| table.find(kind, name.as_bytes()))
                })
                .collect(),
        };
        for answer in answers {
            assert_eq!(class_of(answer), Some(rule.category.name()), "{rule:?}");
        }
    }
}

/// Names that fit a pattern.
fn stood_for(pattern: &str) -> [String; 3] {
    ["", "x", "_1.2-3"].map(|run| pattern.replace('*', run))
}

#[test]
fn the_whole_classifier_agrees_with_the_gate() {
    let mut wrong = Vec::new();
    for rule in rules() {
        let subjects = match rule.kind {
            PatternKind::Host => vec![rule.pattern.to_owned(), format!("x.{}", rule.pattern)],
            PatternKind::Name => stood_for(rule.pattern).to_vec(),
        };
        let kinds: &[SubjectKind] = if rule.kind == PatternKind::Host {
            &[SubjectKind::Url]
        } else {
            &[SubjectKind::Cookie, SubjectKind::Storage]
        };
        for (name, kind) in subjects.iter().flat_map(|name| kinds.iter().map(move |kind| (name, *kind))) {
            let answer = classify(&Subject::new(kind, name));
            if answer.category != Some(rule.category) {
                wrong.push(format!("{name}: {} by {}, {rule:?}", answer.category_name(), answer.pattern));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// Third parties that every owner knows, by what a page asks them for. The gate has the necessary ones
/// itself; of the others, which it holds even when it does not know them, the tables know.
const KNOWN_HOSTS: &[(&str, &[&str])] = &[
    (
        "necessary",
        &[
            "cdnjs.cloudflare.com",
            "cdn.jsdelivr.net",
            "unpkg.com",
            "code.jquery.com",
            "ajax.googleapis.com",
            "ajax.aspnetcdn.com",
            "stackpath.bootstrapcdn.com",
            "maxcdn.bootstrapcdn.com",
            "js.stripe.com",
            "m.stripe.network",
            "www.paypal.com",
            "www.paypalobjects.com",
            "assets.braintreegateway.com",
            "x.klarnacdn.net",
            "checkoutshopper-live.adyen.com",
            "js.mollie.com",
            "hcaptcha.com",
            "challenges.cloudflare.com",
        ],
    ),
    (
        "functional",
        &[
            "fonts.googleapis.com",
            "fonts.gstatic.com",
            "use.typekit.net",
            "kit.fontawesome.com",
            "maps.googleapis.com",
            "widget.intercom.io",
        ],
    ),
    (
        "analytics",
        &[
            "www.google-analytics.com",
            "region1.google-analytics.com",
            "analytics.google.com",
            "www.googletagmanager.com",
            "static.hotjar.com",
            "content.hotjar.io",
            "www.clarity.ms",
            "cdn.mxpnl.com",
            "api-js.mixpanel.com",
            "eu.i.posthog.com",
            "cdn.segment.com",
            "api.segment.io",
            "api2.amplitude.com",
            "edge.fullstory.com",
            "static.cloudflareinsights.com",
            "bam.nr-data.net",
            "plausible.io",
        ],
    ),
    (
        "advertising",
        &[
            "stats.g.doubleclick.net",
            "pagead2.googlesyndication.com",
            "www.googleadservices.com",
            "connect.facebook.net",
            "www.facebook.com",
            "www.youtube.com",
            "www.youtube-nocookie.com",
            "px.ads.linkedin.com",
            "snap.licdn.com",
            "bat.bing.com",
            "analytics.tiktok.com",
            "gum.criteo.com",
            "cdn.taboola.com",
            "js.hs-scripts.com",
        ],
    ),
];

/// What they write into a page's own domain.
const KNOWN_NAMES: &[(&str, &[&str])] = &[
    (
        "analytics",
        &[
            "_ga",
            "_ga_9X8Y7Z",
            "_gid",
            "_gat_UA-1-1",
            "_gat_gtag_UA_1_1",
            "_dc_gtm_UA-1",
            "__utma",
            "__utmz",
            "_gali",
            "_hjSessionUser_123",
            "_hjid",
            "_hjIncludedInSample",
            "_clck",
            "_clsk",
            "mp_abc_mixpanel",
            "ph_phc_key_posthog",
            "amplitude_id_abc",
            "AMP_0123456789",
            "AMP_MKTG_0123456789",
            "ajs_anonymous_id",
            "ajs_user_id",
            "_hp2_id.1",
            "_pk_id.1.1fff",
            "_pk_ses.1.1fff",
            "_ym_uid",
            "_vwo_uuid_v2",
            "_sp_id.1fff",
            "AMCV_1@AdobeOrg",
            "_chartbeat2",
            "_shopify_y",
            "Hm_lvt_1fff",
        ],
    ),
    (
        "advertising",
        &[
            "_fbp",
            "_fbc",
            "_gcl_au",
            "_gcl_aw",
            "_gcl_ls",
            "_gac_UA-1",
            "__gads",
            "__gpi",
            "IDE",
            "YSC",
            "VISITOR_INFO1_LIVE",
            "_uetsid",
            "_uetvid",
            "_uetvid_exp",
            "MUID",
            "_ttp",
            "ttcsid_1",
            "_pin_unauth",
            "_scid",
            "li_fat_id",
            "_twclid",
            "cto_bundle",
            "__adroll_fpc",
            "hubspotutk",
            "__hstc",
            "__hssc",
            "__hssrc",
            "__kla_id",
            "_mkto_trk",
            "__qca",
        ],
    ),
];

#[test]
fn the_trackers_that_everybody_meets_are_known() {
    let table = gate();
    let mut wrong: Vec<&str> = Vec::new();
    for (category, hosts) in KNOWN_HOSTS {
        let answers = hosts.iter().map(|it| (it, classify(&Subject::new(SubjectKind::Url, it))));
        wrong.extend(answers.filter(|(_, it)| it.category_name() != *category).map(|(it, _)| *it));
    }
    for (category, names) in KNOWN_NAMES {
        for kind in [pattern::COOKIE, pattern::STORAGE] {
            let missed = |name: &&&str| class_of(table.find(kind, name.as_bytes())) != Some(category);
            wrong.extend(names.iter().filter(missed));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn what_loads_before_anybody_was_asked_is_known_to_the_gate() {
    let table = gate();
    for (category, hosts) in KNOWN_HOSTS.iter().filter(|(category, _)| *category == "necessary") {
        for it in *hosts {
            assert_eq!(class_of(host(&table, it)), Some(*category), "{it}");
        }
    }
}

/// Hosts that serve both a visitor's wish and a tracker, or whatever their customers put there.
const NOBODYS_HOSTS: &str = "
    google.com www.google.com accounts.google.com apis.google.com www.gstatic.com storage.googleapis.com
    translate.googleapis.com www.recaptcha.net apple.com www.apple.com microsoft.com login.microsoftonline.com
    www.bing.com yahoo.com s.yimg.com amazon.com s3.amazonaws.com d111111abcdef8.cloudfront.net github.com
    raw.githubusercontent.com user.github.io gitlab.com x.com twitter.com platform.twitter.com
    www.linkedin.com media.licdn.com www.reddit.com www.pinterest.com i.pinimg.com www.instagram.com
    www.tiktok.com t.me wa.me vimeo.com player.vimeo.com soundcloud.com open.spotify.com
    cdn.shopify.com static.wixstatic.com images.squarespace-cdn.com wordpress.com s.w.org i0.wp.com
    cloudflare.com polyfill.io cdn.polyfill.io
    bootcdn.net cdn.bootcdn.net cdn.staticfile.org fastly.net akamaihd.net azureedge.net windows.net
    firebaseio.com vercel.app netlify.app herokuapp.com pages.dev sentry.io browser.sentry-cdn.com
    cdn.onetrust.com cookiebot.com widget.trustpilot.com api.mapbox.com hsforms.com okta.com auth0.com
    net com co.uk example.com
";

#[test]
fn hosts_of_many_trades_stay_unclassified() {
    let table = gate();
    for it in NOBODYS_HOSTS.split_whitespace() {
        assert_eq!(class_of(host(&table, it)), None, "{it}");
    }
}

/// Names that a shop, a forum, a framework or a payment could have chosen itself.
const NOBODYS_NAMES: &str = "
    PHPSESSID JSESSIONID ASP.NET_SessionId ASPSESSIONIDABCDEF .ASPXAUTH .AspNetCore.Session
    .AspNetCore.Antiforgery.abc .AspNetCore.Cookies ARRAffinity ARRAffinitySameSite TiPMix CFID CFTOKEN
    laravel_session XSRF-TOKEN X-CSRF-TOKEN csrftoken csrf_token _csrf _csrf_token csrf sessionid session_id
    session SESSION SESSIONID sid SID ssid connect.sid koa.sess koa.sess.sig express.sid fastify.session
    _session_id _app_session rack.session _rails_session remember_user_token _myapp_session flask_session
    symfony REMEMBERME cake CAKEPHP ci_session CodeIgniter yii_csrf october_session craft_session
    CraftSessionId statamic_session django_language messages sails.sid adonis-session phoenix_session
    _phoenix_key play_session PLAY_SESSION PLAY_LANG grails_remember_me vaadin GLOBALID dwsid dwanonymous_1
    wordpress_logged_in_abc wordpress_sec_abc wordpress_test_cookie wp-settings-1 wp-settings-time-1
    wp-postpass_abc wp_lang comment_author_abc comment_author_email_abc wp_woocommerce_session_abc
    woocommerce_cart_hash woocommerce_items_in_cart woocommerce_recently_viewed wc_cart_hash_abc
    wc_fragments_abc wc_cart_created store_notice_1 edd_items_in_cart pll_language
    wpml_browser_redirect_test wp-wpml_current_language _icl_current_language wordfence_verifiedHuman
    wfwaf-authcookie-abc joomla_user_state joomla_remember_me SSESSabc SESSabc Drupal.visitor.name
    Drupal.tableDrag.showWeight has_js typo3_user fe_typo_user be_typo_user concrete5 CONCRETE5
    umb_installId UMB-XSRF-TOKEN kirby_session ghost-members-ssr discourse _t _forum_session phpbb3_abc_u
    phpbb3_abc_sid vbulletin_lastvisit bb_lastvisit bb_lastactivity xf_session xf_user xf_csrf mybb mybbuser
    ips4_IPSSession ips4_member_id flarum_session frontend frontend_cid adminhtml form_key mage-cache-sessid
    mage-cache-storage mage-messages mage-translation-storage section_data_ids private_content_version
    product_data_storage recently_viewed_product recently_compared_product X-Magento-Vary OCSESSID
    PrestaShop-abc sw-context-token sf_redirect timezone sw-cache-hash session-1 slt x-ua-device
    __csrf_token-1 nocache cart cart_id cartId cart_token cart_sig cart_ts cart_currency cart_visits
    cart-count cartItems basket basket_id minicart checkout checkout_token checkout_session order order_id
    last_order shipping country currency currency_code cart_country localization secure_customer_sig
    storefront_digest _secure_session_id _shopify_country _shopify_m _shopify_tm _shopify_tw
    _shopify_essential keep_alive shopify_pay shopify_pay_redirect preview_theme
    dynamic_checkout_shown_on_cart wish wishlist wishlist_id favorites favourites compare compare_list
    recently_viewed recent_products viewed_products last_viewed visited id uid uuid guid user user_id userId
    userid username user_token user_session account account_id customer customer_id member member_id login
    logged_in loggedIn is_logged_in auth auth_token authToken token access_token refresh_token id_token jwt
    bearer apiKey key secret nonce state pkce code_verifier oauth_state remember remember_me remember_token
    rememberMe lang language locale i18n i18next i18nextLng NEXT_LOCALE nuxt-i18n django_lang user_lang
    preferred_language region city geo theme dark dark_mode darkMode color-mode color-scheme colorMode
    vueuse-color-scheme chakra-ui-color-mode mui-mode mantine-color-scheme nuxt-color-mode font_size
    fontSize contrast layout view view_mode grid list sort sort_order per_page filters sidebar
    sidebar_collapsed menu nav_open tab last_tab scroll scroll_position popup popup_shown popup_closed
    modal_seen banner banner_dismissed announcement newsletter newsletter_closed notice notice_dismissed
    tour tour_done onboarding seen_intro first_visit firstVisit last_visit lastVisit visit visits
    visit_count visitor visitor_id visitorId visitor_token pageviews page_views views counter count hits
    track tracking tracking_id track_order referrer referer ref ref_id affiliate affiliate_id aff partner
    partner_id promo promo_code coupon coupon_code discount campaign campaign_id utm utm_source utm_medium
    utm_campaign utm_content utm_term gclid fbclid source medium landing landing_page entry_page
    _landing_page _orig_referrer experiment experiments ab ab_test abtest ab_test_group variant bucket
    feature_flags flags features split test test_cookie_support testcookie cookietest cookie_test
    cookies_enabled cookieEnabled support probe dummy temp tmp foo bar a b c x y z s i _ __ data cache store
    state app config settings preferences prefs options profile history search search_history query drafts
    draft form formData autosave queue jobs sync lastSync version build build_id schema migrations index
    consent cookie_consent cookieconsent cookieconsent_status CookieConsent CookieConsentPolicy
    cookie_notice cookie_notice_accepted cookies_accepted cookielawinfo-checkbox-analytics
    viewed_cookie_policy cmplz_banner euconsent-v2 OptanonConsent OptanonAlertBoxClosed gdpr gdpr_consent
    eupubconsent didomi_token usercentrics uc_settings uc_user_interaction borlabs-cookie klaro
    tarteaucitron axeptio_cookies consentry consentry.outbox.1 privacy privacy_settings opt_out optout dnt
    do_not_track age_verified age_gate over18 terms_accepted tos __Host-session __Host-csrf
    __Host-next-auth.csrf-token __Host-authjs.csrf-token __Secure-session __Secure-next-auth.session-token
    __Secure-authjs.session-token next-auth.session-token next-auth.callback-url next-auth.csrf-token
    authjs.session-token better-auth.session_token __session __client_uat __clerk_db_jwt
    clerk_active_context sb-abc-auth-token supabase.auth.token firebase:authUser:AIza:[DEFAULT]
    firebase:host:abc CognitoIdentityServiceProvider.1.LastAuthUser amplify-signin-with-hostedUI
    auth0.is.authenticated auth0.abc.is.authenticated a0.spajs.txs.abc _legacy_auth0.abc okta-token-storage
    okta-cache-storage oidc.user:https://id.example.com:app msal.abc msal.account.keys kc-callback-abc
    KEYCLOAK_SESSION KC_RESTART AUTH_SESSION_ID stytch_session magic.auth AWSALB AWSALBCORS AWSALBTG
    AWSALBTGCORS AWSELB AWSELBCORS cf_clearance __cf_bm __cflb __cfruid _cfuvid cf_ob_info cf_use_ob
    __cfwaitingroom CF_Authorization ak_bmsc bm_sz bm_sv _abck datadome visid_incap_1 incap_ses_1 nlbi_1
    reese84 BIGipServerpool TS01abcdef SERVERID ROUTEID GCLB lb route sticky NSC_abc X-Mapping-abc server_id
    node backend fly-force-instance-id _vercel_jwt nf_jwt __vdpl __prerender_bypass __next_preview_data
    __nuxt nuxt gatsby-state __remix remix-session sveltekit svelte-state redux redux-persist persist:root
    persist:auth reduxState vuex vuex-persist pinia zustand mobx ngStorage-user ember_simple_auth-session
    apollo-cache-persist relay-store REACT_QUERY_OFFLINE_CACHE swr-cache react-router-scroll-positions
    tanstack localforage _localforage_support_test_ pouchdb rxdb dexie loglevel loglevel:webpack-dev-server
    debug debugger DEBUG __storage_test__ __test__ modernizr __lsTest workbox-precache sw-version pwa_prompt
    push_token push_subscription fcm_token __stripe_mid __stripe_sid stripe.session klarna_session_id
    paypal_session adyen-checkout__session braintree-session vipps swish_token bambora nets_checkout rc::a
    rc::c _GRECAPTCHA h-captcha stg stg_session stg_user staging dev_session dtm dtm_from rl_limit
    rl_remaining rl_user_id mf_user drift_cart drift_parts cto_name s_cart s_user s_id at_login mf_cart mbox
    mbox_unread ce ce_id ki fs fs_mode hs hj lo_fi ph ph_value mp mp_cart mp_token amp ampersand segment
    segments ajax_cart drift driftwood optimize optimizer heap hotel matter clarity_level pin_code kla pk
    pk_user ym gatekeeper gala gid ga fb fbp clsk gclaw utma uetsid uetx intercom intercom_extension crispy
    tidy twk zd zdata ssupport tawkative rating ratings review quiz_state score highscore player level
    game_save volume playback_rate muted video_quality video_position subtitles map_center map_zoom
    lastLocation store_id nearest_store postcode zip postal_code delivery_date timeslot table_id booking
    booking_id seats ticket ticket_id tickets calendar_view week_start timezone_offset tz clock units metric
    temperature_unit print_mode reader_mode a11y reduce_motion high_contrast screen_reader editor_theme
    code_theme last_file clipboard
";

#[test]
fn a_name_that_a_site_could_have_chosen_itself_is_nobodys() {
    let table = gate();
    let names: Vec<_> = NOBODYS_NAMES.split_whitespace().collect();
    assert!(names.len() > 600, "{}", names.len());
    let mut held = Vec::new();
    for name in names {
        for kind in [pattern::COOKIE, pattern::STORAGE] {
            held.extend(table.find(kind, name.as_bytes()).map(|verdict| (name, class_of(Some(verdict)))));
        }
    }
    assert_eq!(held, []);
}

/// What a visitor, or a vendor for them, stores to stop a tracker.
const OPT_OUTS: &str = "
    _vis_opt_out __kla_off _pubcid_optout optimizelyOptOut cto_optout _cs_optout _stg_optout __hs_opt_out
    __hs_do_not_track __hs_initial_opt_in mtm_consent mtm_consent_removed mtm_cookie_consent matomo_ignore
    mat_ignore piwik_ignore plausible_ignore umami.disabled blockFathomTracking ga-disable-UA-1-1
    __gpi_optout __gpi_opt_out ki_optout _omappvs_optout sa-optout
";

#[test]
fn an_opt_out_outlives_a_refusal() {
    let table = gate();
    for name in OPT_OUTS.split_whitespace() {
        for kind in [pattern::COOKIE, pattern::STORAGE] {
            assert_eq!(class_of(table.find(kind, name.as_bytes())), None, "{name}");
        }
    }
}

#[test]
fn the_numbers_are_those_of_the_policy() {
    let numbers = [class::NECESSARY, class::FUNCTIONAL, class::ANALYTICS, class::ADVERTISING];
    assert_eq!(Category::ALL.map(|category| category as u32), numbers);
}
