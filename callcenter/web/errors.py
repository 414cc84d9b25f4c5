"""What people see when something cannot be done: what happened, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import NoReturn

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, TooManyRequests

from callcenter.web import sites


@dataclass(frozen=True)
class Trouble:
    """``title`` says what happened, ``advice`` what to do about it."""

    title: str
    advice: str


TROUBLES = {
    400: Trouble(
        _("Isian tidak bisa dibaca"),
        _("Kembali ke halaman sebelumnya, muat ulang, lalu coba sekali lagi."),
    ),
    401: Trouble(
        _("Anda perlu masuk lagi"),
        _("Sesi sudah berakhir. Masuk lagi di tab baru, lalu kembali ke halaman ini."),
    ),
    403: Trouble(
        _("Halaman ini bukan untuk peran Anda"),
        _("Jika Anda memerlukannya, minta administrator mengubah peran akun Anda."),
    ),
    404: Trouble(
        _("Halaman tidak ditemukan"),
        _("Alamatnya mungkin salah ketik, atau yang dicari sudah tidak ada. Mulai dari awal."),
    ),
    405: Trouble(
        _("Halaman ini tidak dibuka dengan cara itu"),
        _("Mulai dari awal, lalu pakai tombol di halaman."),
    ),
    413: Trouble(
        _("Isian terlalu besar"),
        _("Kembali, persingkat isiannya, lalu kirim lagi."),
    ),
    429: Trouble(
        _("Terlalu banyak data dibuka"),
        _("Tunggu sebentar, lalu coba lagi. Supervisor diberi tahu."),
    ),
    500: Trouble(
        _("Ada gangguan di sistem kami"),
        _(
            "Coba lagi sebentar. Jika tetap begini, catat di kertas dulu dan beri tahu "
            "administrator jam kejadiannya."
        ),
    ),
}
OLD_FORM = Trouble(
    _("Halaman ini sudah terlalu lama terbuka"),
    _("Isian belum disimpan. Kembali, muat ulang halamannya, lalu kirim lagi."),
)


def answer(app: Flask) -> None:
    """Answer every fault with a calm page; what went wrong stands in the log only."""
    app.register_error_handler(HTTPException, page)


def too_quick(wait_s: int) -> NoReturn:
    """Refuse for a while: the page says for how long."""
    raise TooManyRequests(retry_after=wait_s)


def page(fault: HTTPException) -> Response | HTTPException:
    """The page for a fault. The carrier, a machine, gets the bare status."""
    code = fault.code or 500
    if request.path.startswith(("/voice/", "/health/")) or code < 400:
        return fault
    if sites.is_live():
        return make_response("", code)
    g.no_page, g.in_trouble = True, code >= 500
    trouble = OLD_FORM if isinstance(fault, CSRFError) else TROUBLES.get(code)
    known = trouble or TROUBLES[500 if code >= 500 else 400]
    if isinstance(fault, TooManyRequests) and fault.retry_after:
        wait_s = fault.retry_after
        told = gettext("Tunggu %(n)s detik, lalu coba lagi. Supervisor diberi tahu.", n=wait_s)
        known = replace(known, advice=told)
    answer = make_response(render_template("error.html", code=code, trouble=known), code)
    if code in (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.TOO_MANY_REQUESTS):
        answer.headers.extend(fault.get_headers())
        answer.headers["Content-Type"] = "text/html; charset=utf-8"
    return answer
