"""What a roster's columns hold, by their names in the languages of platforms and spreadsheets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

COLUMNS = {  # without spaces and signs; a line or more for each group of languages
    "login": """
        login loginname username user sisloginid netid uid uniid loginid userid
        anmeldename benutzername benutzerkennung kennung nutzername nutzernamen accountname unikennung kürzel kuerzel
        nomdutilisateur identifiantdeconnexion nombredeusuario usuario nomeutente nomedeusuário nomedeutilizador
        usuário utilizador nomdusuari gebruikersnaam nazwaużytkownika użytkownik uživatelskéjméno používateľskémeno
        användarnamn brugernavn brukernavn käyttäjätunnus kullanıcıadı felhasználónév numedeutilizator
        имяпользователя логин імякористувача логін όνομαχρήστη 用户名 帐号 账号 ユーザ名 ユーザー名 사용자이름 아이디
        crsid sunetid andrewid uniqname onyen utorid pennkey uun upi zid kerberos gtusername
        korisničkoime uporabniškoime потребителскоиме корисничкоиме kasutajanimi lietotājvārds naudotojovardas
        prisijungimovardas notandanafn erabiltzaileizena שםמשתמש نامکاربری اسمالمستخدم
    """,
    "id": """
        id identifier rosteridentifier studentkey displayid identifiant identificador identificatore identificatie
        identyfikator identifikátor identifikator identifierare идентификатор ідентифікатор αναγνωριστικό 标识符
    """,
    "number": """
        number studentid sisuserid idnumber orgdefinedid sid studentnumber matriculationnumber matriculationno
        registrationnumber idnummer matrikelnummer matrikel matrnr matrikelnr matno mtknr mtnr studierendennummer
        studentennummer immatrikulationsnummer numérodidentification numérodétudiant numérodeid númerodeid
        númerodeidentificación numerodiidentificazione matricola matrícula númerodematrícula númeromecanográfico
        studentnummer numeralbumu nralbumu numerindeksu nrindeksu osobníčíslo studentnr opiskelijanumero
        codiceidentificativo númerodeidentificação númeroid numerid numeridentyfikacyjny identifikačníčíslo
        identifikačnéčíslo studienummer idnumero kimliknumarası azonosítószám numărid индивидуальныйномер idномер
        αριθμόςid idナンバー id号 아이디번호 رقمالهوية
        öğrencino öğrencinumarası neptunkód nim nrp mssv 学号 学籍番号 학번 الرقمالجامعي מספרסטודנט
        studentcode candidatenumber candidateno uin ucid puid gtid emplid bannerid campusid regno regnr
        rollno rollnumber numéroétudiant nétudiant codeétudiant matricule codepermanent
        nia niu dni expediente legajo carné carnet código
        cédula codicepersona ra nusp nºusp personnummer nomatrik vpisnaštevilka jmbag brojindeksa бројиндекса
        индекс факултетенномер
        matriklinumber üliõpilaskood apliecībasnumurs studentaapliecībasnumurs studentopažymėjimonr kennitala
        תעודתזהות מספרזהות شمارهدانشجویی رقمالطالب
    """,
    "email": """
        email emailaddress mail mailaddress sisemail emailadresse mailadresse emailadressen
        adressedecourriel courriel adresseemail adressemail adresseélectronique direccióndecorreo
        direccióndecorreoelectrónico correoelectrónico correo indirizzoemail indirizzodiposta endereçodeemail
        endereçodecorreioeletrónico emailinstitucional adreçaelectrònica adreçadecorreu emailadres adresemail
        adresemailowy emailováadresa emailadresa epostadress epost epostadresse emailcím eposta epostaadresi
        sähköposti sähköpostiosoite adresădeemail адресэлектроннойпочты электроннаяпочта почта електроннапошта
        адресаелектронноїпошти διεύθυνσηηλταχυδρομείου διεύθυνσηemail メールアドレス メール
        邮箱 电子邮件 电子邮件地址 电子邮箱 이메일 이메일주소 surel alamatsurel البريدالإلكتروني דואל כתובתדואל
        adresseemailuniversitaire universityemail emailinstitution schoolemail studentemail institutionalemail eadresa
        privateemail personalemail alternateemail secondaryemail emailprivate privatemail emailprivat emailpersonnel
        имейл имејл eposti epostiaadress
        epasts epastaadrese elpaštas elpaštoadresas netfang tölvupóstfang tölvupóstur helbideelektronikoa
        enderezodecorreo userprincipalname upn emel דואראלקטרוני ایمیل
    """,
    "first": """
        firstname givenname givennames forename forenames vorname vornamen rufname
        prénom prénoms prenom nombre nombres nome nomepróprio voornaam roepnaam imię imiona jméno křestníjméno meno
        krstnémeno förnamn fornavn etunimi ad adı keresztnév utónév prenume имя імя όνομα
        名 名字 名前 이름 tên namadepan الاسمالأول שםפרטי
        ime име eesnimi vārds vardas eiginnafn izena emri isem שםהפרטי نام
    """,
    "last": """
        lastname surname familyname surnames nachname familienname zuname nom nomdefamille apellido apellidos
        cognome cognoms sobrenome apelido apelidos achternaam nazwisko příjmení priezvisko efternamn efternavn etternavn
        sukunimi soyad soyadı vezetéknév családnév nume фамилия прізвище επώνυμο
        姓 氏 성 họ namabelakang اسمالعائلة שםמשפחה
        priimek prezime презиме perekonnanimi perenimi uzvārds pavardė kenninafn eftirnafn abizena abizenak mbiemri
        kunjom نامخانوادگی
    """,
    "particle": "tussenvoegsel tussenvoegsels voorvoegsel prefix namenszusatz vorsatzwort namensvorsatz infix",
    "name": """
        studierender studentin teilnehmerin étudiant étudiante estudiante alumno alumna aluno aluna studente studentessa
        name fullname student students studentname displayname sortname participant
        vollständigername vollername nachnamevorname teilnehmer studierende nomcomplet nombrecompleto nomecompleto
        lastnamefirstname namelastfirst namefirstlast namn navn naam volledigenaam nazwiskoiimię imięinazwisko
        celéjméno příjmeníajméno
        fullständigtnamn fuldenavn fulltnavn koconimi kokonimi teljesnév név adsoyad adısoyadı numecomplet фио полноеимя
        повнеімя піб ονοματεπώνυμο 姓名 氏名 フルネーム 성명 họtên họvàtên
        nama namalengkap الاسم الاسمالكامل שםמלא
        imeinpriimek imeprezime imeiprezime имеипрезиме nafn fulltnafn izenabizenak namapenuh نامونامخانوادگی
        nimi vārdsuzvārds vardaspavardė userfullname vornamenachname firstnamelastname nomprénom nometprénom prénomnom
        prénometnom apellidosynombre apellidosnombre nombreyapellidos nombresyapellidos apellidosynombres cognomenome
        cognomeenome nomecognome nomeecognome nomesobrenome nomeesobrenome voornaamachternaam imięnazwisko teilnehmende
        jménopříjmení jménoapříjmení förnamnefternamn имяифамилия фамилияимя
    """,
    "participant": "participantnumber teilnehmernummer",
    "github": "githubusername github githublogin githubuser",
    "group": """
        group groups groupname team teams teamname gruppe gruppen gruppenname groupe groupes grupo grupos gruppo gruppi
        groep groepen grupa grupy skupina skupiny grupp grupper ryhmä ryhmät grup gruplar csoport группа группы група
        ομάδα グループ 小组 组
    """,
    "role": "role roles rolle rollen rôle rôles rol roles ruolo ruoli papel rola role roll roller rooli роль роли",
    "lti": "lti ltiuserid ltiid",
}
_NUMBER = r"(?:n[or°º]\.?|nro|num(?:ber|mer|ero|er|arası)|número|numéro|číslo|szám|code?|kod)"
_STUDENT = (
    r"(?:student|studij\w+|étudiant|estudante|estudiante|alumn[oa]|alun[oa]|elev|ucznia|žáka|hallgatói?"
    r"|opiskelijan?|öğrenci)"
)
STUDENTS_NUMBER = re.compile(
    rf"{_NUMBER}(?: (?:de|do|da|del|of))? {_STUDENT}|{_STUDENT}[ _-]?{_NUMBER}"
)  # "Número de aluno", "Studijní číslo": the two words, in whichever language
KIND_OF = {name: kind for kind, names in COLUMNS.items() for name in names.split()}
ACCENTS = ("\u0300", "\u036f")  # those that a name may be written without; no vowel signs, no voicing marks
ABOUT = {  # what a platform says of somebody besides who it is
    "status": "status enrolmentstatus enrollmentstatus registrationstatus estado statut stato statoiscrizione 状态",
    "available": "availability",
    "handed_in": """
        lastmodifiedsubmission zuletztgeändertabgabe dernièremodificationtravailremis ultimamodificaconsegna
        últimamodificaciónentrega últimamodificaçãoenvio
    """,
    "changeable": """
        gradecanbechanged bewertungkanngeändertwerden lanotepeutêtremodifiée lacalificaciónpuedesercambiada
        notapodeseralterada anotapodeseralterada notdeğiştirilebilir 允许更改成绩
    """,
}
ABOUT_WHAT = {name: about for about, names in ABOUT.items() for name in names.split()}
LEAVING = ("status", "available")
NO = ("no", "nein", "non", "não", "hayır", "否")
LEFT = (
    "withdrawn", "withdrew", "dropped", "inactive", "suspended", "deactivated", "unenrolled", "not current", "inaktiv",
    "beurlaubt", "gesperrt", "abgemeldet", "exmatrikuliert", "suspendu", "inactif", "suspendido", "inactivo",
    "suspenso", "inativo", "sospeso", "sospesa", "spärrad", "已暂停",
)  # fmt: skip  # states in which nobody hands in; "No submission", as a worksheet has it, is not one
IN_BRACKETS = re.compile(
    r"[\[(][^\d\])]*[\])]"
)  # "Name (Last, First)", "Email Address [Required]"; no number of Canvas's
FIRST_BESIDE = {"nom": "cognoms"}  # a first name in Catalan, where a family name in French
NAMELESS = re.compile(
    r"(?:participant|teilnehm|partecipant|deelnem|deltag|uczestni|účastn|osallistuj|katılımc|résztvev|участни|учасни"
    r"|参加者|参与者)\D{0,8}?",
    re.IGNORECASE,
)  # in the place of a name, where marking is blind
PARTICIPANT = re.compile(
    rf"(?:\D*?\s+|{NAMELESS.pattern})(?P<number>\d+)", re.IGNORECASE
)  # "Participant 1327627", in German without a space


def folded(text: str) -> str:
    """Text as ids and names are compared: composed, without case, spaces trimmed."""
    return unicodedata.normalize("NFC", text).casefold().strip()


def without_accents(text: str) -> str:
    """Text without what Latin, Greek and Cyrillic letters have above and below them."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not ACCENTS[0] <= c <= ACCENTS[1])


WITH_ACCENTS = {without_accents(name): name for name in KIND_OF}  # "numero de id", typed without them


def about_of(header: Sequence[str]) -> dict[str, int]:
    """Where a table says more than who somebody is: their status, when they handed in, whether a grade is open."""
    plain = [re.sub(r"[\W_]+", "", folded(name)) for name in header]
    return {ABOUT_WHAT[name]: at for at, name in reversed([*enumerate(plain)]) if name in ABOUT_WHAT}


def left(about: Mapping[str, int], row: Sequence[str]) -> str:
    """What a row says of somebody who takes no part any more, "Withdrawn"; "" for everybody else."""
    status, available = (row[about[it]].strip() if about.get(it, len(row)) < len(row) else "" for it in LEAVING)
    return status if status.casefold() in LEFT else "not available" if available.casefold() in NO else ""


def remarks_in(kinds: Mapping[int, str], rows: Sequence[tuple[int, list[str]]]) -> set[int]:
    """The lines that are nobody but a text: "Exported on 2026-11-28", or "Max. points" where people have numbers."""
    said = {line: [at for at in kinds if at < len(row) and row[at].strip()] for line, row in rows}
    people = [row for line, row in rows if len(said[line]) > 1]
    numbered = {
        at
        for at, kind in kinds.items()
        if people and kind in ("login", "id", "number") and all(at < len(row) and _digits(row[at]) for row in people)
    }
    return {
        line
        for line, row in rows
        if _is_text(kinds, row)
        or (len(said[line]) == 1 and said[line][0] in numbered and not _digits(row[said[line][0]]))
    }


def _digits(cell: str) -> bool:
    return re.search(r"\d", cell) is not None


def _is_text(kinds: Mapping[int, str], row: Sequence[str]) -> bool:
    """Whether all that is in a row is words in one cell."""
    filled = [at for at, cell in enumerate(row) if cell.strip()]
    if len(kinds) < 2 or len(filled) != 1 or " " not in (text := row[filled[0]].strip()):
        return False
    return kinds.get(filled[0]) not in ("name", "first", "last") or re.search(r"[\d:]", text) is not None


def kinds_of(header: Sequence[str]) -> dict[int, str]:
    """What each column that is understood holds, by its place."""
    composed = [folded(name) for name in header]
    plain = [re.sub(r"[\W_]+", "", name) for name in composed]
    bare = [re.sub(r"[\W_]+", "", IN_BRACKETS.sub("", name)) for name in composed]
    kinds = {}
    for at, names in enumerate(zip(plain, bare, strict=True)):
        known = next((name for name in names if name in KIND_OF), "")
        if known := known or next(filter(None, map(WITH_ACCENTS.get, names)), ""):
            plain[at], kinds[at] = known, KIND_OF[known]
        elif STUDENTS_NUMBER.fullmatch(composed[at]):
            kinds[at] = "number"
    there = set(kinds.values())
    for at, name in enumerate(plain):
        if FIRST_BESIDE.get(name) in plain:
            kinds[at] = "first"
        elif name == "name" and "first" in there and "last" not in there:  # German's "Name", "Vorname"
            kinds[at] = "last"
    return kinds
