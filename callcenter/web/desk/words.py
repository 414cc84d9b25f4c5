"""Codes that only the desk's pages show, in words; and what is said for each reason."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

STATES = {
    "available": _("Siap"),
    "break": _("Istirahat"),
    "away": _("Tidak di tempat"),
    "offline": _("Luar jaringan"),
}
BREAKS = {
    "rest": _("rehat"),
    "prayer": _("salat"),
    "meal": _("makan"),
    "training": _("pelatihan"),
}
WHY_NOW = BREAKS | {
    "missed": _("panggilan tidak diangkat"),
    "declined": _("panggilan ditolak"),
    "lost": _("layar tidak terdengar"),
}
PHASES = {
    "ringing": _("Panggilan masuk"),
    "connecting": _("Menyambungkan"),
    "talking": _("Bicara"),
    "wrap_up": _("Penyelesaian catatan"),
}
LANGUAGES = {"id": _("Indonesia"), "jv": _("Jawa"), "en": _("Inggris")}
CHANNELS = {
    "call": _("panggilan"),
    "callback": _("telepon balik"),
    "manual": _("catat manual"),
    "posko": _("posko"),
    "ivr": _("menu telepon"),
    "voicemail": _("pesan suara"),
}
WINDOWS = {
    "soon": _("Secepatnya"),
    "noon": _("Siang ini"),
    "afternoon": _("Sore ini"),
    "tomorrow": _("Besok pagi"),
}
CORRECTIONS = {
    "mistake": _("salah catat"),
    "caller_called_again": _("penelepon menelepon lagi"),
    "review": _("hasil pemeriksaan"),
}
REVEAL_FIELDS = {
    "nik": _("NIK"),
    "kk": _("Nomor KK"),
    "phone": _("Telepon"),
    "birth_date": _("Tanggal lahir"),
}
REVEAL_WHY = {
    "compare": _("mencocokkan dengan penelepon"),
    "call_back": _("menelepon balik"),
    "refer": _("meneruskan ke Dukcapil, posko, atau PMO"),
    "correct": _("memperbaiki data yang salah"),
    "other": _("alasan lain"),
}
VOIDS = {"duplicate": _("ganda"), "test": _("uji coba"), "mistake": _("salah catat")}
HAPPENED = {
    "TicketOpened": _("dibuka"),
    "CallBackPromised": _("minta ditelepon balik"),
    "OutcomeRecorded": _("hasil dicatat"),
    "OutcomeCorrected": _("dikoreksi"),
    "TicketVoided": _("dibatalkan"),
    "PersonLinked": _("pendaftar dipilih"),
    "ReceiptBegun": _("SMS nomor laporan dikirim"),
    "ReceiptReported": _("SMS nomor laporan"),
}
TEXTS = {
    "queued": _("menunggu dikirim"),
    "sent": _("terkirim"),
    "delivered": _("sampai"),
    "undelivered": _("tidak sampai"),
    "failed": _("gagal"),
    "refused": _("ditolak operator"),
}
MATCHED = {
    "nik": _("NIK sama"),
    "phone": _("nomor telepon sama"),
    "ticket": _("nomor laporan sama"),
    "exact": _("nama sama"),
    "word_order": _("nama sama, urutan lain"),
    "spelling": _("nama sama, ejaan lain"),
    "part": _("sebagian nama"),
    "similar": _("nama mirip"),
}
