"""Who is meant: certain, or a question."""

import pytest
from dlf_grader.classroom.people import People
from dlf_grader.classroom.platforms import Who
from dlf_grader.classroom.roster import Roster, Student

CLASS = (
    Student("ada", "Ada Lovelace", "a@x.org"),
    Student("ad", "Adam Smith"),
    Student("zoë", "Zoë Müller"),
    Student("max", "Max Weber", "mw@x.org", also=("4711",)),
    Student("mm1", "Max Mustermann", participant="1327627"),
    Student("tm", "Thomas Martin"),
    Student("mt", "Martin Thomas"),
    Student("am1", "Anna Muster", groups=("Gruppe A",)),
    Student("am2", "Anna Muster", groups=("Gruppe A",)),
    Student("dob", "Dan O'Brien"),
    Student("cvb", "van den Berg, Carla"),
)


@pytest.fixture(scope="module")
def people():
    return People(Roster(CLASS), ["layers", "m0", "m0_mlp"])


def found(match):
    return [student.id for student in match.students]


@pytest.mark.parametrize(
    ("label", "students"),
    [
        ("m0-team-blue", ["b1", "b2"]),
        ("Team 3", ["b3"]),
        ("3", []),
        ("m0 3", []),
        ("team-blue moon", []),
        ("b1", ["b1"]),
    ],
)
def test_a_label_that_names_a_group_is_all_of_it(label, students):
    members = (("b1", "team-blue"), ("b2", "team-blue"), ("b3", "3"))
    people = People(Roster(tuple(Student(name, groups=(group,)) for name, group in members)), ["m0"])
    assert found(people.find(Who(label, label=label))) == students


def test_of_several_places_where_a_groups_name_may_begin_the_longest_counts():
    people = People(Roster((Student("b1", groups=("Team 04",)), Student("b2", groups=("Team 05",)))))
    assert found(people.find(Who("04", ids=("04", "team-04"), group="04"))) == ["b1"]


@pytest.mark.parametrize(
    ("label", "student"),
    [
        ("ada", "ada"),
        ("ADA", "ada"),
        ("ada_late_123_layers", "ada"),
        ("ada@x.org", "ada"),
        ("ada@students.x.org", "ada"),
        ("zoë@school.org", "zoë"),
        ("Ada Lovelace ada@school.org", "ada"),
        ("Ada Lovelace", "ada"),
        ("lovelace-ada", "ada"),
        ("AdaLovelace", "ada"),
        ("a@x.org", "ada"),
        ("ada-2", "ada"),
        ("Lovelace_Ada_ada_12040", "ada"),
        ("m0-mlp-ada", "ada"),
        ("zoe\u0308", "zoë"),
        ("Mueller_Zoe", "zoë"),
        ("Müller, Zoë", "zoë"),
        ("Max Mustermann_1327700", "mm1"),
        ("4711", "max"),
        ("mw", "max"),
        ("Dan OBrien", "dob"),
        ("berg_carla_van_den", "cvb"),
    ],
)
def test_a_label_means_the_one_whom_all_its_words_fit(people, label, student):
    assert found(people.find(Who(label, label=label))) == [student]


@pytest.mark.parametrize("label", ["ada@school.org", "a@x.net", "ada@ex.org_late"])
def test_a_login_at_another_domain_than_the_address_known_is_a_question(people, label):
    match = people.find(Who(label, label=label))
    assert not match.students
    assert [student.id for student in match.could_be] == ["ada"]


def test_a_login_made_of_the_name_beside_it_is_no_other_person():
    people = People(Roster((Student("47", "Maria Alvarez"), Student("48", "Bo Großmann"))))
    known = {
        label: [student.id for student in people.find(Who(label, label=label)).students]
        for label in ("Alvarez_Maria_malvarez2", "Großmann_Bo_bgrossma", "Mara Maria Alvarez", "Alvarez_Maria_bgross")
    }
    assert [*known.values()] == [["47"], ["48"], [], []]


@pytest.mark.parametrize(
    "label", ["adam", "Max Fremd", "max_fremd_1327701", "Ada Byron", "unknown", "Lovelace", "max-ada"]
)
def test_a_label_with_a_word_that_fits_nobody_means_nobody(people, label):
    match = people.find(Who(label, label=label))
    assert not match.students
    assert "not on the roster" in match.question or match.could_be


@pytest.mark.parametrize(
    ("who", "student"),
    [
        (Who("", participant="1327627", names=("Participant",)), "mm1"),
        (Who("", names=("Dan OBrien",)), "dob"),
        (Who("", names=("Zoe Muller",)), "zoë"),
        (Who("", names=("Zoe Mueller",)), "zoë"),
        (Who("", names=("Thomas Martin",)), "tm"),
        (Who("", run_together="vandenbergcarla", weak_ids=("90210",)), "cvb"),
        (Who("", run_together="lovelaceada", weak_ids=("4711",)), "ada"),
        (Who("", ids=("max",), names=("Max Weber",)), "max"),
        (Who("", ids=("4711",), names=("Maxi W.",)), "max"),
        (Who("", names=("Ada  Lovelace",), weak_ids=("397063",)), "ada"),
    ],
)
def test_evidence_of_platforms_finds_one_student(people, who, student):
    assert found(people.find(who)) == [student]


@pytest.mark.parametrize(
    ("who", "could_be"),
    [
        (Who("", names=("Anna Muster",)), {"am1", "am2"}),
        (Who("", ids=("max",), names=("Ada Lovelace",)), {"max", "ada"}),
        (Who("", ids=("ada",), emails=("mw@x.org",)), {"ada", "max"}),
        (Who("", label="Martin_Thomas"), {"tm", "mt"}),
    ],
)
def test_what_fits_two_people_is_a_question_about_both(people, who, could_be):
    match = people.find(who)
    assert not match.students
    assert match.question
    assert {student.id for student in match.could_be} == could_be


def test_a_platforms_own_number_that_is_anothers_is_not_believed_against_the_name(people):
    assert not people.find(Who("", weak_ids=("4711",), names=("Peter Fremd",))).students
    assert not people.find(Who("", weak_ids=("4711",), run_together="fremdpeter")).students


def test_a_group_of_the_roster_is_all_its_members(people):
    assert found(people.find(Who("", names=("Gruppe A",), group="Gruppe A"))) == ["am1", "am2"]


def test_a_large_class_is_searched_by_words_not_one_by_one():
    many = Roster(tuple(Student(f"s{number}", f"First{number} Last{number}") for number in range(10_000)))
    found_all = [
        found(People_.find(Who("", label=f"Last{n}_First{n}_{n}")))
        for People_ in [People(many)]
        for n in range(0, 10_000, 10)
    ]
    assert found_all == [[f"s{number}"] for number in range(0, 10_000, 10)]
