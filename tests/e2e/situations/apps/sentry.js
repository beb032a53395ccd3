// An app that reports its errors to a route of its own.
import * as Sentry from "@sentry/browser";

window.sent = [];
Sentry.init({
  dsn: "https://key@o1.ingest.sentry.io/1",
  tunnel: "/errors",
  sendClientReports: false,
  beforeBreadcrumb: (crumb) => (/fetch|xhr/.test(crumb.category) ? crumb : null),
  beforeSend: (event) => {
    window.sent.push({
      message: event.exception.values[0].value,
      crumbs: (event.breadcrumbs ?? []).map(
        ({ category, data }) => `${category} ${data.status_code ?? "failed"}`,
      ),
    });
    return event;
  },
});
window.Sentry = Sentry;
