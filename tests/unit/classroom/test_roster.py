import pytest
from dlf_grader.classroom.roster import Student, read_roster
from dlf_grader.failures import UsageError


@pytest.fixture
def roster_of(tmp_path):
    def read(text, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text.encode(encoding))
        return read_roster(path)

    return read


def complaint(read, *arguments):
    with pytest.raises(UsageError) as error:
        read(*arguments)
    return str(error.value)


def test_names_with_commas_quotes_lines_and_any_letters_are_read(roster_of):
    found = roster_of('\ufeffid,name,email,section\nada,"Lovelace, ""Ada""",a@x.org,1\nli,"李\n小龙",,2\n\n')
    assert found.students == (Student("ada", 'Lovelace, "Ada"', "a@x.org"), Student("li", "李\n小龙"))


def test_somebody_may_have_two_addresses(roster_of):
    found = roster_of("Student number,Email,Email\n1,a@x.org,a@y.org\n2,,b@y.org\n").students
    assert found == (Student("1", email="a@x.org", also=("a@y.org",)), Student("2", email="b@y.org"))


@pytest.mark.parametrize(
    "column", ["Número de aluno", "Studijní číslo", "N° étudiant", "Opiskelijanro", "Student code"]
)
def test_the_number_of_a_student_is_known_in_whichever_language(roster_of, column):
    assert roster_of(f"{column};E-Mail\n0042;a@x.org\n").students[0].id == "0042"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "roster.csv:1: expected a header with an id, an e-mail or a name, e.g. id,name,email; got nothing"),
        ("colour,size\nx,y\n", "e.g. id,name,email; got colour,size"),
        ("id,name,ID\na,b,c\n", "the column 'id' is there twice; leave one"),
        ("id,name\nada\n", "roster.csv:2: expected 2 columns, got 1"),
        ("id,mark\nada,A\n,B\n", "roster.csv:3: the id is empty"),
        ("id,name\nada,A\nbob,B\nADA,C\n", "roster.csv:4: the id 'ADA' is in line 2 already"),
        ('id,name\nada,"A\nbob,B\n', "not CSV"),
    ],
)
def test_a_wrong_roster_is_named_by_its_line(roster_of, text, words):
    assert words in complaint(roster_of, text)


def test_several_wrong_lines_are_named_together(roster_of):
    words = complaint(roster_of, "id,name\n" + "x\n" * 8)
    assert words.count("expected 2 columns") == 5
    assert words.endswith("and 3 more")


def test_a_roster_that_is_not_there_is_said(tmp_path):
    assert "cannot be read" in complaint(read_roster, tmp_path / "none.csv")


CANVAS = """\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Week 1 (884411)
,,,,,Manual Posting
"    Points Possible",,,,,100.00
"Muster, Anna",90210,4711001,amuster,"DL, Mo",
"Student, Test",99999,,5c1e0f7a,"DL, Mo",
"""
CANVAS_SEMICOLONS = CANVAS.replace(",", ";").replace("; ", ", ")
WORKSHEET = """Identifier,"Full name","ID number","Email address",Status,Grade
"Participant 1327627","Anna Muster",4711001,a@uni.example,"No submission",
"""
BLIND = 'Identifiant,Statut\n"Participant 1327627",x\n'
ANNA = "Anna Muster"


@pytest.mark.parametrize(
    ("text", "encoding", "student"),
    [
        (CANVAS, "utf-8", Student("amuster", "Muster, Anna", also=("90210", "4711001"))),
        (CANVAS_SEMICOLONS, "utf-8", Student("amuster", "Muster, Anna", also=("90210", "4711001"))),
        (WORKSHEET, "utf-8", Student("4711001", ANNA, "a@uni.example", participant="1327627")),
        (BLIND, "utf-8", Student("Participant 1327627", participant="1327627")),
        (
            "Vorname;Nachname;Anmeldename;ID-Nummer;E-Mail-Adresse;Gruppen\nAnna;Muster;am;4711;a@x;Gruppe A, B\n",
            "cp1252",
            Student("am", ANNA, "a@x", also=("4711",), groups=("Gruppe A", "B")),
        ),
        (
            '\ufeff"Last Name"\t"First Name"\t"Username"\t"Student ID"\n"Muster"\t"Anna"\t"am"\t"4711"\n',
            "utf-16-le",
            Student("am", ANNA, also=("4711",)),
        ),
        (
            "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n#4711,#am,Muster,Anna,a@x,#\n",
            "utf-8",
            Student("am", ANNA, "a@x", also=("4711",)),
        ),
        ("First Name,Last Name,SID,Email,Sections\nAnna,Muster,4711,a@x,\n", "utf-8", Student("4711", ANNA, "a@x")),
        (
            "assignment_name,github_username,roster_identifier\nhw,annacodes,am\n",
            "utf-8",
            Student("am", also=("annacodes",)),
        ),
        ("Course: DL\n\nNom;Prénom;Courriel\nMuster;Anna;a@x\n", "cp1252", Student("a@x", ANNA, "a@x")),
        ("sep=;\nName;Matrikelnr\nMuster, Anna;4711\n", "utf-8-sig", Student("4711", "Muster, Anna")),
    ],
)
def test_what_platforms_export_is_read_as_it_is(roster_of, text, encoding, student):
    assert roster_of(text, encoding).students == (student,)


def test_people_of_the_staff_are_nobody_and_a_line_twice_is_one_student(roster_of):
    found = roster_of("id,name,role,group\nada,A,Student,1\nada,A,Student,2\nt,T,Teacher,1\n")
    assert found.students == (Student("ada", "A", groups=("1", "2")),)


@pytest.mark.parametrize(
    "text",
    [
        "Name,Login ID,Role\nA,ada,StudentEnrollment\nT,t,TaEnrollment\nO,o,ObserverEnrollment\nD,d,Designer\n",
        "Usuario,Nombre,Rol\nada,A,Estudiante\np,P,Profesor\ny,Y,Ayudante\n",
        "Nom d'utilisateur;Nom;Rôle\nada;A;Étudiant\np;P;Enseignant\n",
        "Nr,Matrikelnummer,Nachname,Punkte\n1,ada1,A,\n,Max. Punkte,,100\n,Gewichtung,,50 %\n",
        "Name,E-mail,Points\nA,ada@x,\nMax. points,,100\nWeight,,2\n",
        "First name,Last name,ID number,Grade\nA,,ada,50\nOverall average,,,55\n",
        "LastName,FirstName,ID,Section,W (1)\n,,,,Manual Posting\nPoints Possible,,,,9\nA,,ada,S,\nStudent,Test,9,S,\n",
    ],
)
def test_rows_of_others_than_students_are_nobody(roster_of, text):
    assert [student.id.rstrip("1").removesuffix("@x") for student in roster_of(text).students] == ["ada"]


@pytest.mark.parametrize("header", ["Numero de ID,Prenom", "NUMÉRO ÉTUDIANT,PRÉNOM", "Ogrenci No,Ad", "Matricula,Nome"])
def test_columns_are_known_without_their_accents_too(roster_of, header):
    assert roster_of(f"{header}\n0047,Ada\n").students == (Student("0047", "Ada"),)


def test_what_nobody_sees_at_a_cells_ends_is_no_part_of_it(roster_of):
    (student,) = roster_of("id,name\n\u200bada\u00a0\u200b,Ada\u00a0L\n").students
    assert student.id == "ada"


def test_how_a_roster_was_understood_is_said(roster_of):
    assert (
        roster_of("Vorname;Nachname;Note\nZoë;M;\n", "cp1252").read_as
        == "Windows-1252, semicolons; columns Vorname, Nachname"
    )
