"""What an agent says, by the caller's reason: one line to say and one thing to do, in the
caller's language (Javanese callers are spoken to in Indonesian where the agent has no Javanese).

No line promises a result or a date, asks for a code or a password, or criticises the site.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Script:
    """``say`` is spoken as it stands; ``do`` is for the agent alone."""

    say_id: str
    say_en: str
    do_id: str
    do_en: str


SCRIPTS = {
    "registration_help": Script(
        "Baik, saya pandu pelan-pelan. Apakah KTP dan kartu keluarga sudah di dekat Bapak/Ibu?",
        "I will guide you step by step. Do you have your KTP and family card at hand?",
        "Tanpa email atau ponsel pintar: arahkan ke posko dengan KTP asli.",
        "No e-mail or smartphone: send them to a posko with the original KTP.",
    ),
    "eligibility": Script(
        "Syaratnya WNI, paling muda 18 tahun, dan tidak sedang bersekolah atau kuliah.",
        "One must be an Indonesian citizen, at least 18, and not in school or university.",
        "Tidak memenuhi syarat: catat alasannya. Jangan beri pendapat tentang aturan.",
        "Not eligible: record why. Give no opinion on the rules.",
    ),
    "laid_off_list": Script(
        "Saya periksa dulu. Boleh sebutkan NIK dan nama sesuai KTP?",
        "Let me check. May I have your NIK and your name as on the KTP?",
        "Sudah terdaftar atau belum, tetap perlu mendaftar sendiri di prakerja.go.id.",
        "On the list or not, they must still register at prakerja.go.id themselves.",
    ),
    "registration_report": Script(
        "Terima kasih sudah memberi tahu. Saya catat laporannya.",
        "Thank you for telling us. I am recording it.",
        "Cukup nama, nomor telepon, dan kabupaten/kota; bacakan nomor laporan.",
        "Name, telephone and regency are enough; read out the ticket number.",
    ),
    "application_status": Script(
        "Supaya datanya aman, saya perlu NIK dan dua keterangan lain.",
        "To keep your data safe, I need your NIK and two other facts.",
        "Dua dari: nama di KTP, kecamatan, empat angka akhir KK, empat angka akhir HP, nomor "
        "laporan. Tanggal lahir tidak dihitung.",
        "Two of: name on the KTP, district, last four of KK, last four of the mobile, ticket "
        "number. The birth date does not count.",
    ),
    "identity_mismatch": Script(
        "Kita periksa angkanya bersama. Saya bacakan per empat angka, mohon dicocokkan.",
        "Let us check the digits together. I read them in fours; please compare.",
        "Angka sudah benar: arahkan ke Dukcapil dengan KTP dan kartu keluarga.",
        "Digits right: send them to the civil registry with KTP and family card.",
    ),
    "account_access": Script(
        "Mohon jangan sebutkan kode OTP atau kata sandi kepada siapa pun, termasuk saya.",
        "Please tell nobody your one-time code or password, not even me.",
        "Jangan masuk ke akun penelepon. Terlanjur menyebut kode: minta kode baru.",
        "Never sign in for a caller. If a code was said: have them ask for a new one.",
    ),
    "photo_upload": Script(
        "Fotonya terang, seluruh KTP terlihat, dan tidak buram. Coba sekali lagi ya.",
        "The photo should be bright, sharp and show the whole KTP. Please try once more.",
        "Gagal terus karena situs: hasilnya Menunggu situs pulih.",
        "Fails because of the site: the outcome is Waiting for the site.",
    ),
    "site_outage": Script(
        "Situsnya memang sedang padat. Saya catat dulu, begitu pulih kami kabari.",
        "The site is busy at the moment. I note it, and we let you know when it is back.",
        "Alamat resmi hanya prakerja.go.id. Jangan menjanjikan jam.",
        "The only official address is prakerja.go.id. Promise no hour.",
    ),
    "test_and_wave": Script(
        "Kalau tertulis gelombang tidak ditemukan, artinya belum ada yang dibuka.",
        "If it says no wave was found, none is open at the moment.",
        "Gelombang dibuka: tekan Gabung di akun. Tidak perlu mendaftar ulang.",
        "A wave is open: press Gabung in the account. No new registration.",
    ),
    "not_selected": Script(
        "Saya mengerti, Bapak/Ibu. Belum terpilih bukan berarti ditolak.",
        "I understand. Not selected yet does not mean refused.",
        "Akun tetap berlaku, tinggal gabung gelombang berikutnya. Jangan menjanjikan hasil.",
        "The account stays valid; just join the next wave. Promise no result.",
    ),
    "training": Script(
        "Pelatihan pertama perlu dibeli paling lambat tiga puluh hari setelah lolos.",
        "The first training must be bought within thirty days of being selected.",
        "Sertifikat tidak muncul atau dicabut keliru: teruskan ke PMO dengan rujukan.",
        "Certificate missing or revoked by mistake: escalate with a reference.",
    ),
    "incentive": Script(
        "Mohon periksa apakah nama dan NIK di rekening atau dompet digital sama dengan KTP.",
        "Please check that name and NIK at the bank or e-wallet agree with the KTP.",
        "Jangan catat nomor rekening atau kartu.",
        "Write down no account or card number.",
    ),
    "service_point_info": Script(
        "Saya carikan posko terdekat. Bapak/Ibu tinggal di kabupaten atau kota mana?",
        "Let me find the nearest posko. In which regency do you live?",
        "Bawa KTP asli, kartu keluarga, dan HP yang aktif. Gratis, tanpa calo.",
        "Bring the original KTP, family card and a working telephone. Free of charge.",
    ),
    "fraud_report": Script(
        "Terima kasih sudah melapor. Layanan ini gratis; petugas tidak pernah meminta uang.",
        "Thank you for reporting it. This service is free; our staff never ask for money.",
        "Catat apa yang terjadi dan kapan, bukan kode atau kata sandinya.",
        "Note what happened and when, not the code or the password.",
    ),
    "other": Script(
        "Saya bantu sebisa saya. Boleh ceritakan keperluannya?",
        "I will help as far as I can. What is it about?",
        "Bukan Prakerja: sebutkan instansi yang tepat, jangan bilang bukan urusan kami.",
        "Not about Prakerja: name the right office; never say it is not our business.",
    ),
}
