"""The codes that a NIK begins with."""

from callcenter.rules import regions


def test_the_tables_are_whole():
    current = [it for it in regions.REGENCIES.values() if not it.retired]
    assert (len(regions.PROVINCES), len(current)) == (38, 514)
    assert len(regions.DISTRICTS) == 666
    assert all(it.regency in regions.REGENCIES for it in regions.DISTRICTS.values())


def test_a_regency_is_a_city_from_number_71_on():
    assert regions.regency("35.78") == regions.Regency("35.78", "Kota Surabaya", "Jawa Timur")
    assert regions.regency("35.07").name == "Kabupaten Malang"
    assert regions.regency("35.73").name == "Kota Malang"
    assert regions.regency("35.99") is None


def test_codes_follow_the_ministry_and_not_the_census_bureau():
    assert regions.regency("31.71").name == "Kota Administrasi Jakarta Pusat"  # Selatan for BPS


def test_codes_from_before_papua_was_divided_are_known_as_retired():
    assert regions.regency("91.01").retired  # Merauke, 93.01 today
    assert not regions.regency("93.01").retired
    assert not regions.regency("91.03").retired  # Jayapura stayed


def test_the_38_regencies_of_east_java_stand_in_order_and_all_have_districts():
    codes = [it.code for it in regions.east_java()]
    assert len(codes) == 38
    assert (codes[0], codes[28], codes[29], codes[-1]) == ("35.01", "35.29", "35.71", "35.79")
    assert all(regions.districts_of(code) for code in codes)
    assert sum(len(regions.districts_of(code)) for code in codes) == 666


def test_a_district_is_known_by_its_code():
    assert regions.district("35.29.22").name == "Ra'as"
    assert regions.district("35.78.99") is None
    assert regions.district("31.71.01") is None  # outside East Java nothing is known


def test_east_timor_is_a_province_for_those_first_registered_there():
    assert regions.known_province("54")
    assert regions.known_province("96")
    assert not regions.known_province("99")
    assert not regions.known_province("00")
