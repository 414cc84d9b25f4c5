"""How far an application is: what each status means, and what an agent says next.

The sentences follow three rules. No result and no date is promised. What can still change is
"belum", never "tidak". Nobody is told to register again, since nobody has to.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Status:
    """One status of the programme. ``final``: nothing the applicant does changes it any more."""

    code: str
    label_id: str
    label_en: str
    means_id: str
    means_en: str
    say_id: str
    say_en: str
    final: bool = False

    @property
    def prompt(self) -> str:
        """The key of the sentence that the telephone says; most are said by their label."""
        return f"st_{self.code}" if self.code in OWN_SENTENCE else "st_generic"


OWN_SENTENCE = frozenset(
    ("joined_wave", "under_evaluation", "selected", "not_selected", "nik_rejected")
)

ALL = (
    Status(
        "not_registered",
        "Belum mendaftar",
        "Not registered",
        "Belum ada pendaftaran atas NIK ini di data kami.",
        "Our data hold no registration for this NIK.",
        "Silakan mendaftar di prakerja.go.id; kalau sulit, kami bantu di posko terdekat.",
        "Please register at prakerja.go.id; if that is hard, a posko helps you.",
    ),
    Status(
        "account_created",
        "Akun dibuat",
        "Account created",
        "Akun sudah ada, email mungkin belum diverifikasi.",
        "There is an account; the e-mail address may not be verified yet.",
        "Silakan buka email dari Prakerja, lihat juga folder spam, lalu klik tautannya.",
        "Please open the e-mail from Prakerja, look in spam too, and follow its link.",
    ),
    Status(
        "email_verified",
        "Email terverifikasi",
        "E-mail verified",
        "Email sudah benar; NIK dan tanggal lahir belum diisi atau belum diperiksa.",
        "The e-mail address is right; NIK and birth date are not entered or checked yet.",
        "Langkah berikutnya mengisi NIK dan tanggal lahir. Siapkan KTP, periksa angkanya.",
        "Next come NIK and birth date. Have the KTP ready and check the digits.",
    ),
    Status(
        "nik_verified",
        "NIK terverifikasi",
        "NIK verified",
        "NIK cocok dengan data kependudukan.",
        "The NIK agrees with the civil registry.",
        "Langkah berikutnya melengkapi data diri, foto KTP, dan swafoto dengan KTP.",
        "Next come personal data, a photo of the KTP and a photo of yourself with it.",
    ),
    Status(
        "nik_rejected",
        "NIK tidak terverifikasi",
        "NIK not verified",
        "NIK, nama, atau tanggal lahir belum cocok dengan data kependudukan.",
        "NIK, name or birth date do not agree with the civil registry yet.",
        "Kita periksa dulu angkanya bersama. Kalau sudah benar, mohon hubungi Dukcapil setempat"
        " dengan membawa KTP dan kartu keluarga.",
        "Let us check the digits together first. If they are right, please see the local civil"
        " registry with KTP and family card.",
    ),
    Status(
        "profile_complete",
        "Data diri lengkap",
        "Profile complete",
        "Data diri dan foto sudah terisi; nomor HP belum diverifikasi.",
        "Personal data and photos are in; the mobile number is not verified yet.",
        "Langkah berikutnya memverifikasi nomor HP. Kode OTP hanya untuk Bapak/Ibu sendiri, jangan"
        " sebutkan kepada siapa pun, termasuk saya.",
        "Next the mobile number is verified. The one-time code is yours alone: tell nobody, not"
        " even me.",
    ),
    Status(
        "phone_verified",
        "Nomor HP terverifikasi",
        "Mobile number verified",
        "Nomor HP sudah benar; tes belum dikerjakan.",
        "The mobile number is right; the test has not been taken.",
        "Langkah berikutnya tes motivasi dan kemampuan dasar, sekitar lima belas menit.",
        "Next comes the test of motivation and basic skills, about fifteen minutes.",
    ),
    Status(
        "test_done",
        "Tes selesai",
        "Test done",
        "Tes sudah dikerjakan; belum bergabung ke gelombang.",
        "The test is done; no wave has been joined.",
        'Kalau gelombang sedang dibuka, silakan tekan "Gabung" di akun Prakerja.',
        'If a wave is open, please press "Gabung" (join) in the Prakerja account.',
    ),
    Status(
        "joined_wave",
        "Sudah bergabung gelombang",
        "Joined a wave",
        "Pendaftaran sudah masuk gelombang; seleksi dimulai setelah gelombang ditutup.",
        "The application is in a wave; selection begins when the wave has closed.",
        "Mohon tunggu hasilnya lewat SMS atau di akun. Tidak perlu mendaftar ulang.",
        "Please wait for the result by SMS or in the account. No need to register again.",
    ),
    Status(
        "under_evaluation",
        "Sedang dievaluasi",
        "Under evaluation",
        "Sistem sedang menyeleksi. Urutan mendaftar tidak menentukan.",
        "The system is selecting. Who came first does not matter.",
        "Mohon tunggu SMS atau lihat di akun. Tanggal hasilnya belum bisa kami pastikan, dan"
        " tidak perlu mendaftar ulang.",
        "Please wait for the SMS or look in the account. We cannot name a date, and there is no"
        " need to register again.",
    ),
    Status(
        "selected",
        "Lolos",
        "Selected",
        "Terpilih sebagai penerima; saldo pelatihan ada di akun.",
        "Selected as a recipient; the training balance is in the account.",
        "Selamat. Silakan beli pelatihan pertama di akun paling lambat tiga puluh hari, supaya"
        " kepesertaan tidak dicabut.",
        "Congratulations. Please buy the first training in the account within thirty days, or"
        " membership is revoked.",
    ),
    Status(
        "not_selected",
        "Belum lolos",
        "Not selected yet",
        "Belum terpilih di gelombang itu. Akun tetap berlaku.",
        "Not selected in that wave. The account stays valid.",
        "Saya mengerti, Bapak/Ibu. Belum terpilih bukan berarti ditolak. Tinggal gabung gelombang"
        " berikutnya, tanpa mendaftar ulang.",
        "I understand. Not selected yet is not refused. Just join the next wave, without"
        " registering again.",
    ),
    Status(
        "no_open_wave",
        "Belum ada gelombang dibuka",
        "No wave is open",
        'Itu arti tulisan "Gelombang tidak ditemukan": belum ada yang dibuka.',
        'That is what "Gelombang tidak ditemukan" means: none is open at the moment.',
        "Datanya aman. Silakan lihat prakerja.go.id; begitu gelombang dibuka, tinggal bergabung.",
        "Your data are safe. Please watch prakerja.go.id; when a wave opens, just join it.",
    ),
    Status(
        "training",
        "Sedang pelatihan",
        "In training",
        "Pelatihan sudah dibeli dan belum selesai.",
        "A training is bought and not finished.",
        "Selesaikan pelatihannya sampai sertifikat muncul di akun, lalu beri ulasan.",
        "Finish the training until its certificate is in the account, then rate it.",
    ),
    Status(
        "incentive_scheduled",
        "Insentif dijadwalkan",
        "Incentive scheduled",
        "Pencairan sudah dijadwalkan; biasanya beberapa hari kerja.",
        "Payment is scheduled; it usually takes some working days.",
        "Silakan lihat jadwalnya di akun. Pastikan rekening atau dompet digital masih aktif.",
        "Please see the schedule in the account, and keep the bank account or e-wallet active.",
    ),
    Status(
        "incentive_paid",
        "Insentif cair",
        "Incentive paid",
        "Insentif sudah dikirim ke rekening atau dompet digital.",
        "The incentive was sent to the bank account or e-wallet.",
        "Silakan periksa saldonya. Kalau belum masuk, hubungi bank atau dompet digitalnya.",
        "Please look at the balance. If it is not there, ask the bank or e-wallet.",
    ),
    Status(
        "incentive_failed",
        "Insentif gagal cair",
        "Incentive payment failed",
        "Rekening atau dompet digital belum bisa menerima; haknya tidak hilang.",
        "The bank account or e-wallet could not take it; the claim is not lost.",
        "Mohon hubungi bank atau dompet digital, pastikan nama dan NIK-nya sama dan akunnya aktif.",
        "Please ask the bank or e-wallet: name and NIK must agree and the account be active.",
    ),
    Status(
        "revoked",
        "Kepesertaan dicabut",
        "Membership revoked",
        "Pelatihan pertama tidak dibeli dalam tiga puluh hari; tidak bisa ikut lagi.",
        "The first training was not bought within thirty days; there is no way back in.",
        "Mohon maaf, menurut aturan kepesertaan ini tidak bisa dibuka lagi. Kalau ada kekeliruan,"
        " saya catat dan teruskan ke PMO.",
        "I am sorry, by the rules this membership cannot be opened again. If there is a mistake,"
        " I pass it on to programme management.",
        final=True,
    ),
    Status(
        "blocked",
        "Akun diblokir",
        "Account blocked",
        "Akun dikunci oleh pusat; alasannya tidak terlihat di data kami.",
        "The account was locked centrally; our data do not show why.",
        "Saya teruskan ke PMO dan kami telepon balik dengan jawabannya.",
        "I pass this on to programme management, and we call you back with the answer.",
    ),
)

STATUSES = {it.code: it for it in ALL}
