"""Why people call. A reason is the caller's need; what came of it is an outcome.

Codes are in the diary for ever: one that is no longer wanted is ``retired``, never deleted.
Administrators may relabel and retire; a new reason is a line here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """``is_confirmation``: counts in the figure of the day; ``typical``: outcomes shown first."""

    code: str
    label_id: str
    label_en: str
    covers: str
    typical_outcomes: tuple[str, ...]
    is_confirmation: bool = False
    retired: bool = False


ALL = (
    Reason(
        "registration_help",
        "Bantuan pendaftaran",
        "Help to register",
        "Tidak bisa mendaftar sendiri: tanpa email, tanpa ponsel pintar, takut salah",
        ("guided", "referred_service_point", "waiting_outage"),
        is_confirmation=True,
    ),
    Reason(
        "eligibility",
        "Syarat dan kelayakan",
        "Eligibility",
        "Siapa yang boleh mendaftar, berkas, umur, masih sekolah, ASN/TNI/Polri, sudah penerima",
        ("answered", "not_eligible"),
        is_confirmation=True,
    ),
    Reason(
        "laid_off_list",
        "Konfirmasi data PHK / dirumahkan",
        "Laid-off / furloughed list check",
        "Apakah nama saya ada di daftar yang dikirim Disnaker ke kementerian",
        ("confirmed", "callback_scheduled", "referred_service_point"),
        is_confirmation=True,
    ),
    Reason(
        "registration_report",
        "Lapor sudah mendaftar",
        "Report of own registration",
        "Sudah mendaftar sendiri dan melaporkannya ke Disnaker",
        ("recorded", "confirmed"),
        is_confirmation=True,
    ),
    Reason(
        "application_status",
        "Cek status pendaftaran",
        "Application status",
        "Sedang dievaluasi, tanggal pengumuman, gelombang berapa",
        ("answered", "confirmed", "identity_unverified"),
        is_confirmation=True,
    ),
    Reason(
        "identity_mismatch",
        "NIK / KK tidak sesuai",
        "NIK / KK mismatch",
        "NIK tidak ditemukan, KK tidak cocok, nama atau tanggal lahir berbeda",
        ("referred_dukcapil", "guided"),
    ),
    Reason(
        "account_access",
        "Akun, kata sandi, OTP",
        "Account, password, OTP",
        "Email verifikasi atau OTP tidak masuk, lupa kata sandi, ganti nomor, akun diblokir",
        ("guided", "escalated_pmo"),
    ),
    Reason(
        "photo_upload",
        "Unggah foto KTP / swafoto",
        "Photo upload",
        "Foto KTP atau swafoto gagal diunggah",
        ("guided", "waiting_outage"),
    ),
    Reason(
        "site_outage",
        "Situs tidak bisa dibuka",
        "Site outage",
        "prakerja.go.id lambat, galat, atau tidak bisa masuk",
        ("waiting_outage", "referred_service_point"),
    ),
    Reason(
        "test_and_wave",
        "Tes dan gabung gelombang",
        "Test and joining a wave",
        'Tes tidak terbuka, "gelombang tidak ditemukan", cara bergabung',
        ("guided", "answered"),
    ),
    Reason(
        "not_selected",
        "Tidak lolos",
        "Not selected",
        "Mengapa belum lolos, apakah harus mendaftar ulang",
        ("answered", "not_eligible", "escalated_pmo"),
    ),
    Reason(
        "training",
        "Pelatihan dan sertifikat",
        "Training and certificate",
        "Membeli pelatihan, batas 30 hari, sertifikat tidak muncul, kepesertaan dicabut",
        ("answered", "escalated_pmo"),
    ),
    Reason(
        "incentive",
        "Insentif dan rekening",
        "Incentive payment",
        "Belum cair, rekening atau dompet digital tidak cocok, insentif survei",
        ("answered", "escalated_pmo"),
    ),
    Reason(
        "service_point_info",
        "Info posko",
        "Service-point information",
        "Posko terdekat, jam buka, seberapa ramai",
        ("answered",),
        is_confirmation=True,
    ),
    Reason(
        "fraud_report",
        "Laporan penipuan",
        "Fraud report",
        "Situs palsu, calo atau joki, ada yang meminta OTP atau uang",
        ("recorded", "escalated_pmo"),
    ),
    Reason(
        "other",
        "Lainnya / bukan Prakerja",
        "Other",
        "Sengketa upah, THR, bantuan sosial, salah alamat",
        ("answered", "recorded"),
    ),
)

REASONS = {it.code: it for it in ALL}
CONFIRMATIONS = tuple(it.code for it in ALL if it.is_confirmation)
