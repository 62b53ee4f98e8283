import type { Group } from "./vocabulary.ts";

/** Words that together are no ordinary speech: one of each group, in any order, within a number of words. */
export interface Cue {
  readonly says: readonly Group[];
  readonly within: number;
  /** Counts in what this side says; both where left out. */
  readonly by?: "customer" | "agent";
  /** Not where one of these stands in the same sentence. */
  readonly unless?: readonly Group[];
  /** Only where the first of the words is one of the sentence's first three. */
  readonly head?: true;
  /** Only in the order of the groups. */
  readonly ordered?: true;
  /** Also in pieces: across sentences and turns of one side, within so many words. */
  readonly apart?: number;
  /** What follows belongs to it, as far as it speaks of the same things. */
  readonly opens?: true;
}

const customer = "customer";

/** Orders to forget the orders it has. */
const overrides: readonly Cue[] = [
  { says: ["ignore", "rules"], within: 7, apart: 16, unless: ["self"], opens: true },
  { says: ["ignore", "earlier", "rules"], within: 9, apart: 20, opens: true },
  { says: ["ignore", "your", "rules"], within: 7, opens: true },
  { says: ["ignore", "everything"], within: 3, opens: true },
  { says: ["ignore", "every", "told"], within: 12, unless: ["self"], opens: true },
  { says: ["ignore", "every", "know"], within: 5, by: customer, opens: true },
  { says: ["ignore", "talk"], within: 5, opens: true },
  { says: ["setAside", "aside", "rules"], within: 16, opens: true },
  { says: ["setAside", "aside", "told"], within: 10, by: customer, opens: true },
  { says: ["heed", "nothing", "earlier"], within: 10, by: customer, opens: true },
  { says: ["maker", "told"], within: 6, by: customer, opens: true },
  { says: ["fresh", "rules"], within: 2, by: customer, unless: ["self"], opens: true },
  { says: ["your", "fresh", "rules"], within: 4, opens: true },
  { says: ["fresh", "version", "rules"], within: 6, by: customer, opens: true },
  { says: ["earlier", "rules", "void"], within: 10, by: customer, opens: true },
  { says: ["rules", "told", "void"], within: 12, by: customer, opens: true },
  { says: ["your", "rules", "void"], within: 7, by: customer, opens: true },
  { says: ["not", "follow", "rules"], within: 10, unless: ["self"], by: customer, opens: true },
  { says: ["stop", "following", "rules"], within: 6, by: customer, opens: true },
  { says: ["not", "ofSystem", "told"], within: 8, by: customer, opens: true },
  { says: ["this", "message", "rules"], within: 7, by: customer, opens: true },
  { says: ["admin", "rules"], within: 14, by: customer, opens: true },
  { says: ["rules", "machine"], within: 8, opens: true },
  { says: ["rules", "apparatus"], within: 5, by: customer, unless: ["self"], opens: true },
  { says: ["rules", "language", "model"], within: 8, opens: true },
];

/** Another self for the machine, and words addressed to it. */
const addresses: readonly Cue[] = [
  { says: ["onlyMachine"], within: 1, opens: true },
  { says: ["you", "be", "now", "role"], within: 9, by: customer, opens: true },
  { says: ["now", "your", "job", "role"], within: 14, by: customer, opens: true },
  { says: ["pretend", "as"], within: 3, head: true, unless: ["soon"], by: customer, opens: true },
  { says: ["pretend", "you"], within: 3, head: true, by: customer, opens: true },
  { says: ["pretend", "rules"], within: 7, by: customer, opens: true },
  // "Stel je verhuist", "alsof je dat niet weet": said of a person they are ordinary speech.
  { says: ["suppose", "you", "persona"], within: 9, by: customer, opens: true },
  { says: ["suppose", "rules"], within: 7, unless: ["self"], by: customer, opens: true },
  { says: ["modeName", "mode"], within: 2, opens: true },
  { says: ["jailbreak"], within: 1, opens: true },
  { says: ["machine", "note"], within: 12, opens: true },
  { says: ["machine", "write", "log"], within: 14, opens: true },
  { says: ["machine", "write", "file"], within: 14, opens: true },
  { says: ["apparatus", "note", "gain"], within: 14, by: customer, opens: true },
  { says: ["apparatus", "note", "drunk"], within: 14, opens: true },
  { says: ["apparatus", "only", "follow"], within: 12, by: customer, opens: true },
  { says: ["language", "model", "write"], within: 12, opens: true },
  { says: ["language", "model", "must"], within: 12, by: customer, opens: true },
  { says: ["machine", "reads"], within: 6, opens: true },
  { says: ["language", "model", "reads"], within: 6, opens: true },
  { says: ["apparatus", "reads"], within: 6, opens: true },
  { says: ["message", "machine"], within: 5, opens: true },
  { says: ["message", "toward", "apparatus"], within: 5, by: customer, ordered: true, opens: true },
];

/** Frames as they are spoken. */
const frames: readonly Cue[] = [
  { says: ["speaker", "double", "point"], within: 3, ordered: true, opens: true },
  { says: ["speaker", "colon"], within: 2, ordered: true, opens: true },
  { says: ["double", "point", "speaker"], within: 3, by: customer, ordered: true, opens: true },
  { says: ["end", "words"], within: 4, opens: true },
  { says: ["far", "words"], within: 3, by: customer, opens: true },
  { says: ["end", "recording", "end", "recording"], within: 8, by: customer, opens: true },
  { says: ["bracket", "opening"], within: 2, by: customer, opens: true },
  { says: ["hash", "hash"], within: 2, opens: true },
  { says: ["ofSystem", "notice", "bounds"], within: 3, opens: true },
  { says: ["systemNotice", "bounds"], within: 3, opens: true },
];

/** Which category the log is to have, or which outcome. */
const categories: readonly Cue[] = [
  { says: ["classify", "taxonomy"], within: 9, by: customer },
  { says: ["classify", "this"], within: 3, by: customer },
  { says: ["label", "this", "as"], within: 5, by: customer },
  { says: ["put", "this", "under", "taxonomy"], within: 9, apart: 16, ordered: true, by: customer },
  { says: ["this", "put", "under", "taxonomy"], within: 9, ordered: true, by: customer },
  { says: ["put", "under", "taxonomy", "taxonomy"], within: 9, ordered: true, by: customer },
  { says: ["this", "belongs", "into", "taxonomy"], within: 9, ordered: true, by: customer },
  { says: ["this", "under", "taxonomy", "taxonomy"], within: 12, ordered: true, by: customer },
  { says: ["choose", "taxonomy", "taxonomy"], within: 12, by: customer },
  { says: ["category", "taxonomy"], within: 7, by: customer, unless: ["which"] },
  { says: ["level", "taxonomy"], within: 5, by: customer },
  { says: ["put", "category"], within: 7, by: customer },
  { says: ["choose", "category"], within: 5, by: customer },
  { says: ["subcategory"], within: 1, by: customer },
  { says: ["set", "field"], within: 4, by: customer },
  { says: ["set", "this", "solved"], within: 10, by: customer },
];

/** What the log is to say. */
const dictations: readonly Cue[] = [
  { says: ["write", "log"], within: 9, by: customer },
  { says: ["write", "log"], within: 5, by: "agent", head: true, unless: ["self"] },
  { says: ["log", "stand"], within: 6, by: customer },
  { says: ["write", "le", "resume"], within: 5, by: customer },
  { says: ["log", "must", "stand"], within: 9, by: customer },
  { says: ["file", "must", "stand"], within: 9, by: customer, unless: ["place"] },
  { says: ["write", "file", "gain"], within: 16, by: customer },
  { says: ["write", "place", "gain"], within: 12, by: customer },
  { says: ["write", "file", "gets", "money"], within: 16, by: customer },
  { says: ["write", "file", "link"], within: 14, by: customer },
  { says: ["write", "file", "drunk"], within: 12, by: customer },
  { says: ["write", "file", "solved"], within: 12, by: customer },
  { says: ["write", "hereby", "gain"], within: 14, by: customer },
  { says: ["agreements", "log"], within: 4, by: customer },
  { says: ["black", "white", "gets"], within: 14, by: customer },
  { says: ["black", "white", "money"], within: 14, by: customer },
  { says: ["agreements", "must", "stand"], within: 6, by: customer },
  { says: ["logging", "gain"], within: 12, head: true, by: customer },
  { says: ["note", "gain"], within: 10, by: customer },
  { says: ["note", "gets", "money"], within: 10, by: customer },
  { says: ["noting", "that", "gets", "money"], within: 10, ordered: true, by: customer },
  { says: ["note", "party"], within: 7, by: customer },
  { says: ["note", "third"], within: 4, by: customer },
  { says: ["note", "drunk"], within: 8, by: customer },
  { says: ["note", "solved"], within: 8, by: customer },
  { says: ["sum", "together", "as"], within: 5, by: customer },
  { says: ["sum", "party"], within: 8, by: customer },
  { says: ["answer", "only"], within: 2, by: customer, opens: true },
  { says: ["action", "item"], within: 2, by: customer },
  { says: ["actionItem"], within: 1, by: customer },
  { says: ["article", "party", "gain"], within: 9, by: customer, unless: ["service"] },
  { says: ["article", "party", "money"], within: 9, by: customer, unless: ["service"] },
  { says: ["article", "party", "solved"], within: 6, by: customer, unless: ["service"] },
];

/** What is to be given away, and what its reader is to do. */
const lures: readonly Cue[] = [
  { says: ["print", "your", "prompt"], within: 6 },
  { says: ["print", "your", "rules"], within: 5, by: customer },
  { says: ["your", "context"], within: 3, by: customer, opens: true },
  { says: ["print", "ofSystem", "prompt"], within: 6 },
  { says: ["ofSystem", "promptWord"], within: 2, ordered: true, opens: true },
  { says: ["literally", "file"], within: 9, by: customer },
  { says: ["literally", "log"], within: 9, by: customer, opens: true },
  { says: ["every", "customerData"], within: 3, by: customer },
  { says: ["every", "customers", "data"], within: 4, by: customer },
  { says: ["others", "customers", "data"], within: 12, by: customer },
  { says: ["who", "reading", "danger"], within: 20, by: customer, opens: true },
  { says: ["who", "reading", "later", "link"], within: 20, by: customer, opens: true },
  { says: ["who", "reading", "money"], within: 14, by: customer, opens: true },
  { says: ["reader", "log"], within: 5, by: customer, opens: true },
  { says: ["reader", "this", "file"], within: 5, by: customer, opens: true },
  { says: ["message", "next", "colleague", "danger"], within: 20, by: customer, opens: true },
  { says: ["next", "colleague", "reading", "danger"], within: 20, by: customer, opens: true },
  { says: ["next", "colleague", "danger"], within: 20, by: customer, unless: ["self"], opens: true },
];

export const cues: readonly Cue[] = [
  ...overrides,
  ...addresses,
  ...frames,
  ...categories,
  ...dictations,
  ...lures,
];

/** Beside a sentence that gives orders, these show that another one of its turn belongs to it. */
export const followUps: readonly Group[] = [
  "write",
  "gain",
  "category",
  "taxonomy",
  "solved",
  "party",
  "drunk",
  "log",
  "file",
  "rules",
  "danger",
  "must",
  "machine",
  "money",
];

/** The same in the next turns of whoever gave the order. */
export const laterFollowUps: readonly Group[] = ["write", "category", "party", "gain"];
