"""Why somebody is not eligible, or was sent to a posko or to the civil registry.

A code is recorded with the outcome that asks for it (``outcomes.py``); like all codes it is
retired, never deleted.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class SubReason:
    """Why somebody is not eligible, or was sent elsewhere."""

    code: str
    label_id: str
    label_en: str
    retired: bool = False


# Perpres 36/2020 and 76/2020; the last three came later and are told apart by the day of the call.
NOT_ELIGIBLE = (
    SubReason("under_18", "Belum 18 tahun", "Under 18"),
    SubReason("in_school", "Masih sekolah atau kuliah", "Still in formal education"),
    SubReason("not_a_citizen", "Bukan WNI", "Not an Indonesian citizen"),
    SubReason("civil_servant", "ASN", "Civil servant"),
    SubReason("armed_forces_police", "Anggota TNI atau Polri", "Armed forces or police"),
    SubReason("state_official", "Pejabat negara atau anggota DPRD", "State official, councillor"),
    SubReason("village_official", "Kepala atau perangkat desa", "Village head or official"),
    SubReason(
        "state_company_board",
        "Direksi, komisaris, atau dewan pengawas BUMN/BUMD",
        "Director or board member of a state company",
    ),
    SubReason("already_recipient", "Sudah pernah menerima", "Already a recipient"),
    SubReason("revoked", "Kepesertaan sudah dicabut", "Membership was revoked"),
    SubReason("over_64", "Di atas 64 tahun", "Over 64"),
    SubReason("other_aid", "Penerima DTKS, BSU, atau BPUM", "Receives other state aid"),
    SubReason("two_per_family", "Sudah dua orang dalam satu KK", "Two in the family already"),
)
TO_POSKO = (
    SubReason("no_email", "Tidak punya email", "No e-mail address"),
    SubReason("no_device", "Tidak punya ponsel pintar atau komputer", "No smartphone or computer"),
    SubReason("needs_hands_on", "Perlu didampingi langsung", "Needs help in person"),
    SubReason("documents", "Berkas perlu dilihat petugas", "Papers must be looked at"),
    SubReason("identity_check", "Identitas perlu dicek dengan KTP asli", "Identity, with the KTP"),
    SubReason("site_down", "Situs terganggu", "The site is down"),
    SubReason("laid_off_papers", "Surat PHK atau dirumahkan", "Lay-off or furlough papers"),
)
TO_DUKCAPIL = (
    SubReason("nik_not_found", "NIK tidak ditemukan", "NIK not found"),
    SubReason("kk_mismatch", "Nomor KK tidak cocok", "KK number does not match"),
    SubReason("name_mismatch", "Nama berbeda", "The name differs"),
    SubReason("birth_date_mismatch", "Tanggal lahir berbeda", "The birth date differs"),
    SubReason("duplicate_nik", "NIK ganda atau dipakai orang lain", "NIK used by somebody else"),
    SubReason("no_e_ktp", "Belum rekam atau belum punya KTP-el", "No electronic KTP yet"),
)
