"""Codes of passwords and alarms in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

WEAK = {
    "short": _("Terlalu pendek: paling sedikit 14 huruf atau angka."),
    "long": _("Terlalu panjang: paling banyak 128 huruf atau angka."),
    "common": _("Kata sandi ini yang pertama dicoba semua orang. Pilih yang lain."),
    "same": _("Hurufnya terlalu sama: pakai paling sedikit lima huruf yang berbeda."),
    "name": _("Hampir sama dengan nama pengguna Anda. Pilih yang lain."),
}
ALARMS = {
    "keypad": _("menebak data orang lewat menu telepon, dari luar."),
    "look_ups": _("membuka data sangat banyak orang dalam sepuluh menit."),
    "reveals": _("menampilkan sangat banyak data lengkap dalam sepuluh menit."),
    "second_step": _("salah kode berkali-kali, dengan kata sandi yang benar."),
}
