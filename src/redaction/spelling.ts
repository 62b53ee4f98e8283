/** How letters are said over a telephone: "N van Nico", "N for November", Anton Bernard Cornelis, Alfa Bravo Charlie. */

const alphabets = [
  "anton bernard cornelis dirk eduard ferdinand gerard hendrik izaak johan karel lodewijk maria nico otto pieter " +
    "quotient rudolf simon theodoor utrecht victor willem xantippe ypsilon zaandam",
  "anna bernhard cornelia dirk eduard ferdinand gerrit hendrika isaac jacob karel leo marie nicolaas oscar piet " +
    "quintus richard sofie teunis utrecht victor wim xerxes ypsilon zacharias",
  "alfa bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo " +
    "sierra tango uniform victor whiskey xray yankee zulu",
];
const letters = new Map(
  alphabets
    .flatMap((alphabet) => alphabet.split(" "))
    .concat("alpha", "juliett", "zebra")
    .map((word) => [word, word.charAt(0).toUpperCase()]),
);

const links = [["van"], ["voor"], ["for"], ["as", "in"], ["like"], ["from"]];

/** The letter a folded word of a spelling alphabet stands for. */
export function letterOf(word: string): string | undefined {
  return letters.get(word);
}

/** How many of the folded words say the letter they begin with: 3 for "n van nico", 1 for "n nul". */
export function spelledWith(words: readonly string[]): number {
  const [letter = "", ...rest] = words;
  for (const link of links) {
    const example = rest[link.length];
    const linked = link.every((word, index) => rest[index] === word);
    if (linked && example !== undefined && example.length > 2 && example.startsWith(letter))
      return link.length + 2;
  }
  return 1;
}
