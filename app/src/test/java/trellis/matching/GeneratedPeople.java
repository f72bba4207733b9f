package trellis.matching;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.people.NhsNumber;

/// People who do not exist, many of them recorded twice, with what goes wrong in between. The same seed gives the same people.
///
/// @param records FHIR Patients
/// @param whose number of the person behind each record
record GeneratedPeople(List<ObjectNode> records, List<Integer> whose) {
    private static final LocalDate TODAY = LocalDate.of(2026, 1, 1);

    /// How often each thing goes wrong in the second record of a person.
    ///
    /// @param twice how many of the people have a second record
    /// @param twins how many have a twin
    /// @param namesakes how many have a parent of the same names in the house
    record Trouble(
            double twice,
            double twins,
            double namesakes,
            double typing,
            double nickname,
            double exchanged,
            double married,
            double slip,
            double moved,
            double otherPhone,
            double noPhone,
            double noNumber,
            double noGender) {
        static final Trouble EASY =
                new Trouble(
                        0.3, 0.01, 0.005, 0.03, 0.03, 0.002, 0.01, 0.015, 0.06, 0.15, 0.1, 0.1,
                        0.01);
        static final Trouble HARD =
                new Trouble(
                        0.3, 0.04, 0.02, 0.08, 0.12, 0.04, 0.05, 0.04, 0.3, 0.3, 0.3, 0.6, 0.03);
    }

    /// A way of naming.
    ///
    /// @param part of all people
    private record Naming(
            double part,
            List<String> families,
            List<String> heads,
            List<String> tails,
            List<String> women,
            List<String> men) {}

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }

    private static final List<Naming> NAMINGS =
            List.of(
                    new Naming(
                            0.66,
                            words(
                                    """
                                    Smith Jones Taylor Brown Williams Wilson Davies Evans Thomas Johnson Roberts Walker Wright
                                    Robinson Thompson White Hughes Edwards Green Hall Lewis Harris Clarke Jackson Wood Turner
                                    Martin Cooper Hill Ward Morris Moore Clark Lee King Baker Harrison Morgan Allen James Scott
                                    Phillips Watson Davis Parker Price Bennett Young Griffiths Mitchell Kelly Cook Carter
                                    Richardson Bailey Collins Bell Shaw Murphy Miller Cox Richards Khan Marshall Anderson
                                    Simpson Ellis Adams Singh Begum Wilkinson Foster Chapman Powell Webb Rogers Gray Mason
                                    """),
                            words(
                                    """
                                    Ash Bar Birch Black Brad Bram Brock Brom Buck Burn Cald Charl Chat Clay Cles Colt Cran
                                    Crom Dal Den Dun East Ed El Fair Farn Fen Gar Glen God Gren Had Hal Ham Hard Hart Hay
                                    Hazel Hed Hen Hol Hor Hux Kel Ken Kirk Lang Lin Long Mar Mel Mil Nor Oak Pem Pick Rad Rain
                                    Red Rock Row San Shel Sher Stan Sut Swin Thorn Tor Wad Wake Wal Wes Whit Win Wool Wyn
                                    """),
                            words(
                                    """
                                    bourne bridge brook bury by combe cott dale den don field fold ford gate ham hurst land
                                    leigh ley low man mere more ridge sell shaw stead stock stone ton wall ward way well wick
                                    win wood worth
                                    """),
                            words(
                                    """
                                    Margaret Susan Sarah Patricia Elizabeth Jean Christine Karen Jennifer Julie Helen Emma
                                    Laura Rebecca Mary Anne Claire Olivia Amelia Emily Jessica Charlotte Sophie Lucy Grace
                                    Chloe Ella Hannah Alice Rachel Victoria Nicola Joanne Deborah Jacqueline Barbara Dorothy
                                    Joan Sheila Maureen Pamela Janet Linda Carol Sandra Sharon Tracey Angela Louise Catherine
                                    Eleanor Isabella Poppy Daisy Freya Florence Evelyn Matilda Rosie Megan Bethany Georgia
                                    Kimberley Samantha Stephanie Natalie Gemma Zoe Danielle Leanne Hayley Kirsty Frances
                                    Gillian Hilary Beryl Joyce Edna Doris Winifred Teresa Bridget
                                    """),
                            words(
                                    """
                                    David John Paul James Mark Andrew Michael Peter Robert Richard Stephen Thomas Daniel
                                    Christopher William Matthew George Oliver Jack Harry Charlie Jacob Alfie Oscar Joshua
                                    Samuel Joseph Benjamin Alexander Edward Henry Lewis Luke Adam Ryan Nathan Callum Liam
                                    Connor Kieran Ian Alan Graham Kenneth Keith Brian Roger Barry Derek Dennis Ronald Raymond
                                    Donald Leonard Stanley Frederick Arthur Albert Walter Ernest Harold Gary Kevin Simon Neil
                                    Nicholas Jonathan Timothy Philip Anthony Martin Stuart Gareth Geoffrey Norman Patrick
                                    Theodore Archie Leo Noah Max Isaac
                                    """)),
                    new Naming(
                            0.12,
                            words(
                                    """
                                    Patel Khan Singh Kaur Hussain Begum Ahmed Shah Sharma Ali Akhtar Mahmood Iqbal Malik
                                    Chowdhury Miah Rahman Islam Gill Sandhu Dhillon Mistry Desai Joshi Mehta Gupta Verma
                                    Reddy Nair Pillai Choudhury Uddin Bibi Mirza Qureshi Siddiqui
                                    """),
                            words(
                                    "Bhat Chaud Das Gan Har Jag Kul Man Nar Prab Raj Sub Tal Vish Wal"),
                            words(
                                    "acharya ani arkar asan dev eja endra esh inder jit kar nath pal wala war"),
                            words(
                                    """
                                    Fatima Aisha Zainab Khadija Priya Anjali Sunita Meena Harpreet Manpreet Jaspreet Nasreen
                                    Shabana Rukhsana Parveen Nadia Sana Hina Deepa Kavita Lakshmi Pooja Rekha Amina Maryam
                                    Simran Gurpreet Rani Bushra Samina
                                    """),
                            words(
                                    """
                                    Mohammed Muhammad Imran Abdul Ahmed Tariq Bilal Usman Hamza Raj Sanjay Vijay Amit Ravi
                                    Sunil Anil Gurdeep Harjit Balbir Jaswinder Rajesh Kiran Suresh Arjun Rohan Faisal Nadeem
                                    Asif Zubair Yusuf Ibrahim Omar Hassan Ali
                                    """)),
                    new Naming(
                            0.06,
                            words(
                                    """
                                    Adeyemi Okafor Mensah Okonkwo Adebayo Owusu Boateng Ogunleye Eze Nwosu Balogun Asante
                                    Osei Appiah Danso Afolabi Olawale Chukwu Amadi Bello Diallo Traore Kamara Sesay
                                    """),
                            words("Ade Aki Chi Ehi Ife Kof Nku Obi Ola Olu Oso Uche"),
                            words(
                                    "bayo dele fadeyi gbe kunle lola nna okun pelu rin seun tunde wale yemi"),
                            words(
                                    """
                                    Ngozi Chioma Folake Abena Akosua Ama Efua Yetunde Bukola Funmilayo Adaeze Ifeoma Amara
                                    Blessing Comfort Mercy Patience Esther Fatoumata Aminata
                                    """),
                            words(
                                    """
                                    Kwame Kofi Kwabena Yaw Emeka Chukwuemeka Oluwaseun Oluwafemi Babatunde Tunde Chidi
                                    Adebayo Ikenna Obinna Samuel Emmanuel Daniel Ibrahim Ousmane Mamadou
                                    """)),
                    new Naming(
                            0.05,
                            words(
                                    """
                                    Murphy O'Sullivan Kelly O'Brien Byrne Ryan O'Connor O'Neill O'Reilly Doyle McCarthy
                                    Gallagher Doherty Kennedy Lynch Murray Quinn McLoughlin Connolly Daly Brennan Fitzgerald
                                    """),
                            words("Mac Mc O' Fitz"),
                            words(
                                    """
                                    Andrews Bride Cabe Cann Donnell Gowan Grath Hale Kenna Mahon Manus Nally Namara Nulty
                                    Sweeney Toole Gorman Grady Hara Leary Mara Rourke Shea
                                    """),
                            words(
                                    "Siobhan Aoife Ciara Niamh Roisin Mairead Bridget Nora Sinead Orla Maeve Grainne Una Eileen"),
                            words(
                                    "Sean Padraig Liam Ciaran Declan Eoin Cormac Brendan Fergus Niall Conor Donal Oisin Eamon")),
                    new Naming(
                            0.05,
                            words(
                                    """
                                    Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański
                                    Woźniak Dąbrowski Kozłowski Jankowski Mazur Krawczyk
                                    """),
                            words(
                                    "Bart Biel Czar Dom Gór Graj Jab Kacz Kras Mal Paw Rut Sob Stan Wil Zaw"),
                            words(
                                    "acki adzki arski czyk ecki ewicz iński łowski nek owicz owski uk"),
                            words(
                                    "Anna Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Zofia Joanna Monika Beata"),
                            words(
                                    "Piotr Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Jakub Stanisław Łukasz Wojciech Adam")),
                    new Naming(
                            0.03,
                            words(
                                    "Wang Li Zhang Chen Liu Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Lin Wong Chan Leung Cheung Lam"),
                            words("Au Cai Deng Fang Guo He"),
                            words("ng n ang"),
                            words(
                                    "Mei Xiu Ying Li Jing Yan Hui Fang Xia Ling Yuk Wai-Ling Siu-Fong Ka-Yan"),
                            words(
                                    "Wei Jun Ming Hao Jian Lei Tao Feng Kai Long Chi-Ming Ka-Ho Wing-Kit Tsz-Hin")),
                    new Naming(
                            0.03,
                            words(
                                    "Al-Hassan Al-Sayed Haddad Khalil Mansour Nasser Saleh Suleiman Ibrahim Mahmoud Abdi Yusuf Hassan Warsame"),
                            words("Abu Al- Ben El- Bou"),
                            words(
                                    "amin aziz bakri din fahd hadi jabri kader masri najjar rashid saidi tamimi zahra"),
                            words(
                                    "Layla Fatima Noor Hanan Zahra Amal Salma Rania Huda Iman Yasmin Mariam"),
                            words(
                                    "Ahmad Omar Khalid Yousef Hussein Mustafa Karim Tarek Samir Mahmoud Abdullah Hamid")));

    /// Somebody as they are.
    private record Person(
            boolean woman,
            String family,
            List<String> given,
            LocalDate born,
            String line,
            String postcode,
            String phone,
            String email,
            String number) {}

    static GeneratedPeople of(int people, Trouble trouble, long seed) {
        return new Maker(trouble, new SplittableRandom(seed)).make(people);
    }

    private static final class Maker {
        private final Trouble trouble;
        private final SplittableRandom random;
        private final List<ObjectNode> records = new ArrayList<>();
        private final List<Integer> whose = new ArrayList<>();
        private int numbers;

        Maker(Trouble trouble, SplittableRandom random) {
            this.trouble = trouble;
            this.random = random;
        }

        GeneratedPeople make(int people) {
            var made = 0;
            while (made < people) {
                var person = person();
                add(person, made++);
                if (chance(trouble.twins()) && made < people) {
                    add(twin(person), made++);
                }
                if (chance(trouble.namesakes()) && made < people) {
                    add(parent(person), made++);
                }
            }
            return new GeneratedPeople(List.copyOf(records), List.copyOf(whose));
        }

        private void add(Person person, int number) {
            records.add(json(person, chance(trouble.noNumber() / 3), false, false));
            whose.add(number);
            if (chance(trouble.twice())) {
                records.add(again(person));
                whose.add(number);
            }
        }

        private boolean chance(double of) {
            return random.nextDouble() < of;
        }

        private <T> T one(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }

        /// The first of a list is the most frequent, as names are.
        private <T> T often(List<T> list) {
            var place = Math.pow(random.nextDouble(), 1.7) * list.size();
            return list.get((int) place);
        }

        // --- people ------------------------------------------------------------------------------

        private Naming naming() {
            var place = random.nextDouble();
            for (var naming : NAMINGS) {
                place -= naming.part();
                if (place < 0) {
                    return naming;
                }
            }
            return NAMINGS.getFirst();
        }

        private String family(Naming naming) {
            if (chance(0.03)) {
                return often(naming.families()) + "-" + often(naming.families());
            }
            return chance(0.55)
                    ? often(naming.families())
                    : one(naming.heads()) + one(naming.tails());
        }

        private Person person() {
            var naming = naming();
            var woman = random.nextBoolean();
            var names = woman ? naming.women() : naming.men();
            var given = new ArrayList<String>(List.of(often(names)));
            if (chance(0.6)) {
                given.add(often(names));
            }
            var family = family(naming);
            return new Person(
                    woman,
                    family,
                    List.copyOf(given),
                    TODAY.minusDays(random.nextLong(90 * 365)),
                    line(),
                    postcode(),
                    phone(),
                    mail(given.getFirst(), family),
                    number());
        }

        private Person twin(Person of) {
            var woman = chance(0.65) == of.woman();
            String name;
            do {
                var naming = naming();
                name = often(woman ? naming.women() : naming.men());
            } while (name.equals(of.given().getFirst()));
            return new Person(
                    woman,
                    of.family(),
                    List.of(name),
                    of.born(),
                    of.line(),
                    of.postcode(),
                    of.phone(),
                    mail(name, of.family()),
                    number());
        }

        private Person parent(Person of) {
            var born = of.born().minusDays(18 * 365 + random.nextLong(22 * 365));
            return new Person(
                    of.woman(),
                    of.family(),
                    of.given(),
                    born,
                    of.line(),
                    of.postcode(),
                    of.phone(),
                    of.email(),
                    number());
        }

        private String line() {
            return (1 + random.nextInt(120))
                    + " "
                    + one(words("High Mill Church Station Park Victoria Green Queens Chapel North"))
                    + " "
                    + one(words("Street Road Lane Close Avenue"));
        }

        private String postcode() {
            var letters = "ABDEFGHJLNPQRSTUWXYZ";
            return "ZZ"
                    + (1 + random.nextInt(60))
                    + " "
                    + random.nextInt(10)
                    + letters.charAt(random.nextInt(20))
                    + letters.charAt(random.nextInt(8));
        }

        private String phone() {
            return "07700 9"
                    + String.format(Locale.ROOT, "%05d", random.nextInt(100_000))
                    + random.nextInt(10);
        }

        private String mail(String given, String family) {
            return (Traits.word(given) + "." + Traits.word(family) + random.nextInt(1000))
                    + "@example.org";
        }

        private String number() {
            while (true) {
                var nine = "9" + String.format(Locale.ROOT, "%08d", 10_000_000 + 7 * numbers++);
                for (var check = 0; check < 10; check++) {
                    var number = NhsNumber.of(nine + check);
                    if (number.isPresent()) {
                        return number.get().digits();
                    }
                }
            }
        }

        // --- a second record ---------------------------------------------------------------------

        private ObjectNode again(Person person) {
            var given = new ArrayList<>(person.given());
            var family = person.family();
            if (chance(trouble.nickname())) {
                given.set(0, nickname(given.getFirst()));
            }
            if (chance(trouble.typing())) {
                given.set(0, mistyped(given.getFirst()));
            }
            if (chance(trouble.typing())) {
                family = mistyped(family);
            }
            if (given.size() > 1 && chance(0.4)) {
                given.remove(1);
            }
            if (person.woman() && chance(trouble.married())) {
                family = family(naming());
            }
            if (chance(trouble.exchanged())) {
                var first = given.getFirst();
                given.set(0, family);
                family = first;
            }
            var moved = chance(trouble.moved());
            var born = chance(trouble.slip()) ? slipped(person.born()) : person.born();
            var other =
                    new Person(
                            person.woman(),
                            family,
                            List.copyOf(given),
                            born,
                            moved ? line() : person.line().replace("Street", "St"),
                            moved ? postcode() : person.postcode(),
                            chance(trouble.otherPhone()) ? phone() : person.phone(),
                            chance(trouble.otherPhone()) ? mail("me", "mail") : person.email(),
                            person.number());
            return json(
                    other,
                    chance(trouble.noNumber()),
                    chance(trouble.noPhone()),
                    chance(trouble.noGender()));
        }

        private static final Map<String, List<String>> SHORT = shorts();

        private static Map<String, List<String>> shorts() {
            var all = new java.util.HashMap<String, List<String>>();
            for (var line : CompareRules.lines("names.txt")) {
                var forms = List.of(line.split(" "));
                all.putIfAbsent(forms.getFirst(), forms.subList(1, forms.size()));
            }
            return all;
        }

        /// A nickname; for one in six somebody is called what no list has.
        private String nickname(String name) {
            var forms = SHORT.getOrDefault(Traits.word(name), List.of());
            if (forms.isEmpty() || chance(0.17)) {
                return name.length() > 4 ? name.substring(0, 3) : name;
            }
            var form = one(forms);
            return Character.toUpperCase(form.charAt(0)) + form.substring(1);
        }

        private String mistyped(String name) {
            var at = 1 + random.nextInt(Math.max(1, name.length() - 1));
            return switch (random.nextInt(4)) {
                case 0 -> name.substring(0, at) + name.substring(Math.min(name.length(), at + 1));
                case 1 ->
                        name.substring(0, at)
                                + (char) ('a' + random.nextInt(26))
                                + name.substring(at);
                case 2 ->
                        name.substring(0, at)
                                + (char) ('a' + random.nextInt(26))
                                + name.substring(Math.min(name.length(), at + 1));
                default ->
                        at + 1 < name.length()
                                ? name.substring(0, at)
                                        + name.charAt(at + 1)
                                        + name.charAt(at)
                                        + name.substring(at + 2)
                                : name;
            };
        }

        private LocalDate slipped(LocalDate born) {
            if (born.getDayOfMonth() <= 12 && random.nextBoolean()) {
                return LocalDate.of(born.getYear(), born.getDayOfMonth(), born.getMonthValue());
            }
            var days = List.copyOf(BlockRules.slips(born.toString()));
            return chance(0.1) ? born.plusDays(random.nextInt(4_000)) : LocalDate.parse(one(days));
        }

        private ObjectNode json(
                Person person, boolean noNumber, boolean noPhone, boolean noGender) {
            var json = JsonNodeFactory.instance.objectNode();
            json.put("resourceType", "Patient");
            var name = json.putArray("name").addObject();
            name.put("use", "official");
            name.put("family", person.family());
            person.given().forEach(name.putArray("given")::add);
            json.put("birthDate", person.born().toString());
            if (!noGender) {
                json.put("gender", person.woman() ? "female" : "male");
            }
            var address = json.putArray("address").addObject();
            address.putArray("line").add(person.line());
            address.put("postalCode", person.postcode());
            if (!noPhone) {
                var contacts = json.putArray("telecom");
                contacts.addObject().put("system", "phone").put("value", person.phone());
                if (person.born().getYear() > 1950 && chance(0.6)) {
                    contacts.addObject().put("system", "email").put("value", person.email());
                }
            }
            if (!noNumber) {
                json.putArray("identifier")
                        .addObject()
                        .put("system", NhsNumber.SYSTEM)
                        .put("value", person.number());
            }
            return json;
        }
    }
}
