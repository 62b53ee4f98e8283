import type { Half } from "./spoken.ts";
import { aloud, type Dice, inWords, type Language, small } from "./spoken-aloud.ts";
import { harmless } from "./spoken-harmless.ts";

function phone(dice: Dice, half: Half, language: Language): string {
  const mobile = `6${dice.pick(["1", "2", "3", "4", "5"])}${dice.digits(7)}`;
  const home = `${dice.pick(["20", "10", "30", "70", "40"])}${dice.pick(["2", "3", "4", "6", "7"])}${dice.digits(6)}`;
  const national = dice.roll(3) > 0 ? mobile : home;
  if (half === "held" && dice.roll(6) === 0)
    return `plus ${{ nl: "eenendertig", en: "thirty one" }[language]} ${aloud(national, dice, half, language)}`;
  return aloud(`0${national}`, dice, half, language);
}

function luhn(body: string): string {
  for (let check = 0; check < 10; check++) {
    const all = `${body}${check}`;
    let sum = 0;
    for (const [index, digit] of [...all].toReversed().entries()) {
      const twice = Number(digit) * (index % 2 === 0 ? 1 : 2);
      sum += Math.floor(twice / 10) + (twice % 10);
    }
    if (sum % 10 === 0) return all;
  }
  return body;
}

function bsn(dice: Dice): string {
  for (;;) {
    const body = `${1 + dice.roll(9)}${dice.digits(7)}`;
    const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (9 - index), 0);
    if (sum % 11 < 10) return `${body}${sum % 11}`;
  }
}

function ibanParts(dice: Dice): { check: string; bank: string; account: string } {
  const bank = dice.pick(["ABNA", "RABO", "INGB", "TRIO", "SNSB", "ASNB"]);
  const account = dice.digits(10);
  const numeric = [...`${bank}${account}NL00`].map((char) => Number.parseInt(char, 36)).join("");
  const check = `${98n - (BigInt(numeric) % 97n)}`.padStart(2, "0");
  return { check, bank, account };
}

function iban(dice: Dice, half: Half, language: Language): string {
  const { check, bank, account } = ibanParts(dice);
  const spoken = (digits: string) => aloud(digits, dice, half, language);
  const letters = [...bank].join(" ");
  const tuned = [
    () => `NL${check}${bank}${account}`,
    () => `NL${check} ${bank} ${account.match(/\d{1,4}/g)?.join(" ")}`,
    () => `N L ${spoken(check)} ${letters} ${spoken(account)}`,
    () => `NL ${spoken(check)} ${bank.toLowerCase()} ${spoken(account)}`,
    () => `nl${check}${bank.toLowerCase()}${account}`,
    () => `N L, ${spoken(check)}, ${letters.replaceAll(" ", ", ")}, ${spoken(account)}`,
    () => `NL${check}.${bank}.${account.match(/\d{1,4}/g)?.join(".")}`,
    () => `n l ${spoken(check)} ${bank} eh ${spoken(account)}`,
    () => `NL-${check}-${bank}-${account}`,
    () =>
      `${language === "nl" ? "N van Nico L van Lodewijk" : "N for November L for Lima"} ${spoken(check)} ${letters} ${spoken(account)}`,
    () => `nl ${check} ${bank.toLowerCase()} ${account.match(/\d{1,2}/g)?.join(" ")}`,
    () => `NL${check} ${letters} ${spoken(account)}`,
  ];
  const held = [
    () => `NL ${check} ${bank} ${account}`,
    () =>
      `NL ${spoken(check)}, dan ${letters}, dan ${spoken(account)}`.replaceAll(
        "dan",
        language === "nl" ? "dan" : "then",
      ),
    () => `Nl ${spoken(check)} ${bank} ${spoken(account)}`,
    () => `nl${check} ${bank.toLowerCase()} ${account.match(/\d{1,3}/g)?.join(" ")}`,
  ];
  return dice.pick(half === "tuned" ? tuned : held)();
}

/** As letters are spelled on the telephone. */
const alphabet: Readonly<Record<string, string>> = Object.fromEntries(
  "Anton Bernard Cornelis Dirk Eduard Gerard Hendrik Johan Karel Lodewijk Maria Nico Pieter Rudolf Theodoor Victor Willem Xantippe Zaandam"
    .split(" ")
    .map((word) => [word.charAt(0), word]),
);

function postcode(dice: Dice, half: Half, language: Language): string {
  const digits = `${1000 + dice.roll(9000)}`;
  const letters = `${dice.pick([..."ABCDEGHJKLMNPRTVWXZ"])}${dice.pick([..."ABCDEGHJKLMNPRTVWXZ"])}`;
  const spoken = aloud(digits, dice, half, language);
  const spaced = [...letters].join(" ");
  const tuned = [
    () => `${digits} ${letters}`,
    () => `${digits}${letters}`,
    () => `${spoken} ${spaced}`,
    () => `${digits} ${spaced}`,
    () => `${spoken}, ${spaced}`,
    () => `${spoken} ${spaced.toLowerCase()}`,
    () => `${digits}${letters.toLowerCase()}`,
    () => `${digits} ${letters.toLowerCase()}`,
    () => `${spoken} ${letters}`,
    () => `${digits.slice(0, 2)} ${digits.slice(2)} ${spaced}`,
    () => `${spoken} ${[...letters].map((letter) => alphabet[letter]).join(" ")}`,
  ];
  const held = [
    () => `${digits}-${letters}`,
    () => `${digits} ${letters.charAt(0)}.${letters.charAt(1)}.`,
    () => `${spoken} ${[...letters].map((letter) => alphabet[letter]?.toLowerCase()).join(" ")}`,
    () =>
      `${digits
        .match(/\d\d/g)
        ?.map((two) => inWords(Number(two), language))
        .join(" ")} ${letters}`,
  ];
  return dice.pick(half === "tuned" ? tuned : held)();
}

const people = {
  tuned: [
    "Jan de Vries",
    "Sanne Bakker",
    "Fatima El Amrani",
    "Peter Jansen",
    "Emma Wilson",
    "Wiepie Hoekstra",
    "Oluwaseun Adeyemi",
    "Sietse van der Meulen",
    "Gwendolyn Pratchett",
  ],
  held: [
    "Tjalling Hofstra",
    "Adaeze Okafor",
    "Ype van den Bosch",
    "Bui Thanh Ha",
    "Rosalind Featherstone",
    "Bart Smeets",
  ],
};
const streets = {
  nl: {
    tuned: [
      "Kerkstraat",
      "Beukenlaan",
      "Prinsengracht",
      "Jan van Galenstraat",
      "Oude Delft",
      "Molenweg",
      "Dorpsplein",
    ],
    held: ["Burgemeester Visserlaan", "Lange Voorhout", "Westersingel", "Hazepad", "Achter de Dom"],
  },
  en: {
    tuned: ["Baker Street", "Mill Lane", "Station Approach", "Elm Grove", "King's Road"],
    held: ["Chestnut Drive", "Abbey Crescent", "St James Avenue", "Nether Edge"],
  },
};

function email(dice: Dice, half: Half, language: Language): string {
  const [first = "", last = ""] = dice.pick(people[half]).toLowerCase().split(" ");
  const host = dice.pick(["gmail", "hotmail", "ziggo", "kpnmail"]);
  const top = dice.pick(["com", "nl"]);
  const dot = { nl: "punt", en: "dot" }[language];
  const at = { nl: "apenstaartje", en: "at" }[language];
  const tuned = [
    () => `${first}.${last}@${host}.${top}`,
    () => `${first} ${dot} ${last} ${at} ${host} ${dot} ${top}`,
    () => `${first} ${at} ${host} ${dot} ${top}`,
    () => `${[...first].join(" ")} ${at} ${host} ${dot} ${top}`,
    () => `${first}_${last}${dice.digits(2)}@${host}.${top}`,
    () => `${first} underscore ${last} ${at} ${host} ${dot} ${top}`,
    () => `${first}${last} ${at} ${host}.${top}`,
    () => `${first} ${dice.digits(2)} ${at} ${host} ${dot} ${top}`,
    () => `${first.charAt(0)} ${dot} ${last} ${at} ${host} ${dot} ${top}`,
    () => `${first}-${last}@${host}.${top}`,
    () => `${first} ${{ nl: "streepje", en: "dash" }[language]} ${last} ${at} ${host} ${dot} ${top}`,
    () => `${first.toUpperCase()}@${host.toUpperCase()}.${top.toUpperCase()}`,
    () => `${first}.${last} ${{ nl: "apestaartje", en: "at sign" }[language]} ${host}.${top}`,
    () =>
      `${first} ${last} ${{ nl: "allemaal aan elkaar", en: "all one word" }[language]} ${at} ${host} ${dot} ${top}`,
  ];
  const held = [
    () => `${first}.${last}@mail.${host}.${top}`,
    () => `${last} ${dot} ${first} ${at} ${host} ${dot} ${top}`,
    () => `${first}${dice.digits(4)}@${host}.${top}`,
    () => `${first} ${dot} ${last} ${at} bedrijf ${{ nl: "streepje", en: "dash" }[language]} zuid ${dot} nl`,
    () => `${[...first].join("-")} ${at} ${host} ${dot} ${top}`,
  ];
  return dice.pick(half === "tuned" ? tuned : held)();
}

export const months = {
  nl: "januari februari maart april mei juni juli augustus september oktober november december".split(" "),
  en: "January February March April May June July August September October November December".split(" "),
};

function birthDate(dice: Dice, half: Half, language: Language): string {
  const [day, month, year] = [1 + dice.roll(28), dice.roll(12), 1930 + dice.roll(75)];
  const named = months[language][month];
  const century = `${inWords(Math.floor(year / 100), language)}${language === "nl" ? "" : " "}`;
  const spokenYear = year < 2000 ? `${century}${inWords(year % 100, language)}` : inWords(year, language);
  const tuned = [
    () => `${day}-${month + 1}-${year}`,
    () => `${day} ${named} ${year}`,
    () => `${inWords(day, language)} ${named} ${spokenYear}`,
    () => `${day}/${month + 1}/${year % 100}`,
    () => `${inWords(day, language)} ${inWords(month + 1, language)} ${inWords(year % 100, language)}`,
    () => (language === "en" ? `${named} ${day}, ${year}` : `de ${day}e van ${named} ${year}`),
    () => `${`${day}`.padStart(2, "0")}.${`${month + 1}`.padStart(2, "0")}.${year}`,
    () => `${year}-${`${month + 1}`.padStart(2, "0")}-${`${day}`.padStart(2, "0")}`,
    () => (language === "en" ? `the ${day}th of ${named} ${year}` : `${day} ${named} '${year % 100}`),
    () => `${inWords(day, language)} ${named} ${inWords(year % 100, language)}`,
    () => `${day} ${month + 1} ${year}`,
  ];
  const held = [
    () => `${day} ${named?.slice(0, 3)} ${year}`,
    () => `${`${day}`.padStart(2, "0")} ${`${month + 1}`.padStart(2, "0")} ${year}`,
    () => `${inWords(day, language)} ${inWords(month + 1, language)} ${spokenYear}`,
    () => `${day}-${month + 1}-'${`${year % 100}`.padStart(2, "0")}`,
  ];
  return dice.pick(half === "tuned" ? tuned : held)();
}

function address(dice: Dice, half: Half, language: Language): string {
  const street = dice.pick<string>(streets[language][half]);
  const number = 1 + dice.roll(200);
  const said = dice.roll(2) === 0 ? `${number}` : inWords(number, language);
  return language === "nl" ? `${street} ${said}` : `${number} ${street}`;
}

function secret(dice: Dice, half: Half): string {
  return dice.pick(
    half === "tuned"
      ? [
          "Welkom01",
          "hunter2",
          "Zomer2024!",
          "P@ssw0rd",
          "Tulpen#44",
          "B4nanenbrood",
          "Kaasje99!",
          "zonnebloem",
        ]
      : ["Voetbal123", "s3cr3t-key", "Poesje_2019", "regenjas"],
  );
}

/** A value for a slot: a redaction kind (with `:pin`, `:code` … for its sort), or the name of a harmless number. */
export function slotValue(slot: string, dice: Dice, half: Half, language: Language): string {
  const [kind = "", sort = ""] = slot.split(":");
  const spoken = (digits: string) => aloud(digits, dice, half, language);
  switch (kind) {
    case "phone":
      return sort === "" ? phone(dice, half, language) : phonePiece(sort, dice, language);
    case "iban":
      return iban(dice, half, language);
    case "bsn":
      return spoken(bsn(dice));
    case "card":
      return spoken(luhn(`${dice.pick(["4", "51", "53"])}${dice.digits(15)}`.slice(0, 15)));
    case "postcode":
      return postcode(dice, half, language);
    case "email":
      return email(dice, half, language);
    case "birthDate":
      return birthDate(dice, half, language);
    case "address":
      return address(dice, half, language);
    case "secret":
      return sort === ""
        ? secret(dice, half)
        : spoken(dice.digits(sort === "pin" ? 4 : sort === "cvc" ? 3 : 6));
    case "name":
      return sort === "" ? dice.pick(people[half]) : (dice.pick(people[half]).split(" ")[0] ?? "");
    default:
      return harmless(kind, dice, language);
  }
}

/** The beginning of a mobile number, or two more pairs of it. */
function phonePiece(sort: string, dice: Dice, language: Language): string {
  const pair = () => inWords(11 + dice.roll(40), language);
  const [zero, six] = [small[language][0], small[language][6]];
  return sort === "start" ? `${zero} ${six}` : `${pair()} ${pair()}`;
}
