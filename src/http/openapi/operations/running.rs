//! How the service does.

use crate::http::dto::audit::LogEndAnswer;
use crate::http::dto::{
    DashboardAnswer, HealthAnswer, LifecycleAnswer, SchedulerAnswer, SessionAnswer, TriggerAnswer,
};
use crate::http::openapi::operation::{Group, Operation, operation, say};

pub(super) const ALL: &[Operation] = &[
    operation(
        "dashboard_summary",
        Group::Running,
        say(
            "Melihat ringkasan semua kampanye",
            "Show totals over all campaigns",
        ),
    )
    .answers::<DashboardAnswer>(),
    operation(
        "audit_status",
        Group::Running,
        say("Melihat ujung catatan peristiwa", "Show where the log ends"),
    )
    .answers::<LogEndAnswer>(),
    operation(
        "run_lifecycle",
        Group::Running,
        say(
            "Menjalankan siklus kampanye sekarang",
            "Complete, fail and open what is due",
        ),
    )
    .ignores_body()
    .answers::<LifecycleAnswer<'_>>(),
    operation(
        "scheduler_status",
        Group::Running,
        say("Melihat keadaan penjadwal", "Show how the scheduler does"),
    )
    .answers::<SchedulerAnswer<'_>>(),
    operation(
        "trigger_scheduler",
        Group::Running,
        say(
            "Menyuruh penjadwal berjalan sekarang",
            "Have the scheduler sweep now",
        ),
    )
    .ignores_body()
    .answers::<TriggerAnswer>()
    .refuses(&["scheduler_stopped"]),
    operation(
        "confirm_clock",
        Group::Running,
        say("Menyatakan jam server benar", "Say that the clock is right"),
    )
    .note(
        "Yang ditahan karena clock_suspect lalu dijalankan.",
        "What was held because of clock_suspect is then done.",
    )
    .ignores_body()
    .answers::<SchedulerAnswer<'_>>(),
    operation(
        "list_sessions",
        Group::Running,
        say(
            "Melihat peramban yang sedang masuk",
            "List the browsers that are signed in",
        ),
    )
    .answers::<Vec<SessionAnswer<'_>>>(),
    operation(
        "end_session",
        Group::Running,
        say("Mengeluarkan satu peramban", "Sign a browser out"),
    )
    .ignores_body(),
    operation(
        "healthz",
        Group::Running,
        say(
            "Memeriksa apakah layanan hidup",
            "Ask whether the service lives",
        ),
    )
    .answers::<HealthAnswer>(),
    operation(
        "readyz",
        Group::Running,
        say(
            "Memeriksa apakah layanan siap",
            "Ask whether the service is ready",
        ),
    )
    .answers::<HealthAnswer>()
    .refuses(&["not_ready"]),
    operation(
        "metrics",
        Group::Running,
        say(
            "Membaca angka untuk Prometheus",
            "Read counters for Prometheus",
        ),
    )
    .answers_text(&[
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        "text/plain; version=0.0.4; charset=utf-8",
    ]),
    operation(
        "openapi",
        Group::Running,
        say("Membaca dokumen OpenAPI ini", "Read this OpenAPI document"),
    )
    .answers::<serde_json::Map<String, serde_json::Value>>()
    .tagged(),
];
