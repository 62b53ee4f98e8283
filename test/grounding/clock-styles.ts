import { type Language, type Manner, two, words } from "./styles.ts";

/** Dates and times as people say and write them. */
const months = {
  nl: "januari februari maart april mei juni juli augustus september oktober november december".split(" "),
  en: "January February March April May June July August September October November December".split(" "),
};
const short = {
  nl: "jan feb mrt apr mei jun jul aug sep okt nov dec".split(" "),
  en: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" "),
};
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly date: number;
  /** Days from the conversation's. */
  readonly away: number;
  readonly weekday: number;
}

const weekdays = {
  nl: "zondag maandag dinsdag woensdag donderdag vrijdag zaterdag".split(" "),
  en: "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" "),
};

function ordinal(date: number): string {
  const ending = date > 10 && date < 14 ? "th" : (["th", "st", "nd", "rd"][date % 10] ?? "th");
  return `${date}${ending}`;
}

function spokenOrdinal(date: number, language: Language): string {
  if (language === "nl") {
    const irregular: Readonly<Record<number, string>> = { 1: "eerste", 3: "derde", 8: "achtste" };
    return irregular[date] ?? `${words(date, "nl").replace("ë", "e")}${date < 20 ? "de" : "ste"}`;
  }
  const last = words(date, "en").split(" ").at(-1) ?? "";
  const irregular: Readonly<Record<string, string>> = {
    one: "first",
    two: "second",
    three: "third",
    five: "fifth",
    eight: "eighth",
    nine: "ninth",
    twelve: "twelfth",
    twenty: "twentieth",
    thirty: "thirtieth",
  };
  return words(date, "en").replace(/[a-z]+$/, irregular[last] ?? `${last}th`);
}

export function date(day: Day, { language, medium, pick }: Manner): string {
  const name = months[language][day.month - 1] as string;
  const brief = short[language][day.month - 1] as string;
  const weekday = weekdays[language][day.weekday] as string;
  const iso = `${day.year}-${two(day.month)}-${two(day.date)}`;
  const nth = ordinal(day.date);
  const said = words(day.date, language);
  const saidNth = spokenOrdinal(day.date, language);
  if (medium !== "draft" && day.away === 1 && pick([true, false]))
    return language === "nl"
      ? pick(["morgen", "morgenochtend", "morgenmiddag"], ["morgenvroeg", "morgen al"])
      : pick(["tomorrow", "tomorrow morning"], ["tomorrow afternoon"]);
  if (medium !== "draft" && day.away === 2 && pick([true, false]))
    return language === "nl" ? "overmorgen" : "the day after tomorrow";
  if (medium === "voice" && language === "nl")
    return pick(
      [`${said} ${name}`, `${weekday} ${said} ${name}`, `${day.date} ${name}`, `de ${day.date}e ${name}`],
      [`de ${saidNth} ${name}`, `${weekday} de ${saidNth} ${name}`, `de ${saidNth} van ${name}`],
    );
  if (medium === "voice")
    return pick(
      [`${name} ${nth}`, `the ${nth} of ${name}`, `${name} ${said}`, `${weekday} the ${nth} of ${name}`],
      [`the ${saidNth} of ${name}`, `${name} the ${saidNth}`, `${weekday} ${name} ${saidNth}`],
    );
  const slashed = `${day.date}/${day.month}/${day.year}`;
  if (language === "nl")
    return pick(
      [
        `${day.date} ${name}`,
        `${day.date} ${name} ${day.year}`,
        `${day.date}-${day.month}-${day.year}`,
        `${weekday} ${day.date} ${name}`,
        `${two(day.date)}-${two(day.month)}-${day.year}`,
        iso,
      ],
      [
        slashed,
        `${day.date}.${day.month}.${day.year}`,
        `${day.date} ${brief}`,
        `${weekday} ${day.date} ${brief} ${day.year}`,
      ],
    );
  return pick(
    [
      `${name} ${day.date}`,
      `${day.date} ${name} ${day.year}`,
      `${name} ${nth}`,
      `${weekday} ${day.date} ${name}`,
      `${name} ${day.date}, ${day.year}`,
      iso,
    ],
    [slashed, `${brief} ${day.date}`, `${day.date}-${brief}-${day.year}`, `${weekday}, ${name} ${nth}`],
  );
}

/** Of the minutes after midnight, 8:00 to 18:00 in quarters and tens. */
export function time(minutes: number, { language, medium, pick }: Manner): string {
  const hour = Math.floor(minutes / 60);
  const minute = two(minutes % 60);
  const clock = `${hour}:${minute}`;
  if (medium === "voice")
    return language === "nl" ? dutchTime(hour, minutes % 60, pick) : englishTime(hour, minutes % 60, pick);
  if (language === "nl")
    return pick(
      [
        clock,
        `${clock} uur`,
        `${hour}.${minute} uur`,
        `${two(hour)}:${minute}`,
        `${hour}u${minute}`,
        `${clock} u`,
      ],
      [`${clock}h`, `${hour}.${minute}u`, `${hour}.${minute}`],
    );
  const twelve = hour > 12 ? hour - 12 : hour;
  const half = hour >= 12 ? "pm" : "am";
  return pick(
    [clock, `${twelve}:${minute} ${half}`, `${twelve}:${minute}${half}`, `${twelve}.${minute} ${half}`],
    [
      `${two(hour)}:${minute} hrs`,
      `${twelve}.${minute}${half}`,
      `${twelve}:${minute} ${half === "pm" ? "p.m." : "a.m."}`,
    ],
  );
}

function dutchTime(hour: number, minute: number, pick: Manner["pick"]): string {
  const on = (of: number) => ((of + 11) % 12) + 1;
  const name = (of: number) => words(on(of), "nl");
  const long = words(hour, "nl");
  if (minute === 0)
    return pick(
      [`${name(hour)} uur`, `${hour} uur`, `${long} uur`, `${name(hour)} uur precies`],
      [`klokslag ${name(hour)} uur`],
    );
  if (minute === 15)
    return pick(
      [`kwart over ${name(hour)}`, `kwart over ${on(hour)}`],
      [`${long} uur vijftien`, `kwartier over ${name(hour)}`],
    );
  if (minute === 20)
    return pick(
      [`tien voor half ${name(hour + 1)}`, `${long} uur twintig`, `10 voor half ${on(hour + 1)}`],
      [`twintig over ${name(hour)}`],
    );
  if (minute === 30)
    return pick(
      [`half ${name(hour + 1)}`, `${long} uur dertig`, `half ${on(hour + 1)}`, `${hour}:30`],
      [`half ${name(hour + 1)} precies`, `${hour} uur 30`],
    );
  return pick(
    [`kwart voor ${name(hour + 1)}`, `kwart voor ${on(hour + 1)}`],
    [`${long} uur vijfenveertig`, `kwartier voor ${name(hour + 1)}`],
  );
}

function englishTime(hour: number, minute: number, pick: Manner["pick"]): string {
  const on = (of: number) => ((of + 11) % 12) + 1;
  const name = (of: number) => words(on(of), "en");
  const half = hour >= 12 ? "pm" : "am";
  if (minute === 0)
    return pick(
      [
        `${name(hour)} o'clock`,
        `${name(hour)} ${half}`,
        `${on(hour)} ${half}`,
        `${name(hour)} ${half === "pm" ? "p.m." : "a.m."}`,
      ],
      [`${name(hour)} sharp`, `${name(hour)} in the ${half === "pm" ? "afternoon" : "morning"}`],
    );
  if (minute === 15)
    return pick(
      [`quarter past ${name(hour)}`, `a quarter past ${name(hour)}`, `${name(hour)} fifteen ${half}`],
      [`fifteen minutes past ${name(hour)}`],
    );
  if (minute === 20)
    return pick(
      [`${name(hour)} twenty`, `twenty past ${name(hour)}`],
      [`twenty minutes past ${name(hour)}`, `${name(hour)} twenty ${half}`],
    );
  if (minute === 30)
    return pick(
      [`half past ${name(hour)}`, `${name(hour)} thirty`, `${name(hour)} thirty ${half}`],
      [`${on(hour)} thirty`, `${name(hour)} thirty sharp`],
    );
  return pick(
    [`quarter to ${name(hour + 1)}`, `${name(hour)} forty five`, `a quarter to ${name(hour + 1)}`],
    [`fifteen minutes to ${name(hour + 1)}`, `${name(hour)} forty-five ${half}`],
  );
}
