/** Capitalised where a name could stand, and no name. */
export const notNames: ReadonlySet<string> = new Set(
  (
    "klant klanten klantenservice klantenteam mevrouw meneer mijnheer dames heren heer allemaal iedereen team collega collegas daar " +
    "ik mijn me mij we wij u uw je jij jullie jou hij zij ze dit dat deze die de het een er en of maar want dus als dan nu ja nee " +
    "kan kunt kun hoe wat waar wanneer waarom wie welke is was heb hebt heeft had zijn ben bent word wordt wil wilt zou mag moet zal zullen " +
    "welkom bedankt dank dankjewel dankuwel graag hallo hoi hey hi dag goedemorgen goedemiddag goedenavond goedendag goeiemorgen " +
    "goeiemiddag beste geachte met van voor naar bij in op aan uit over om te niet geen wel ook nog al even goed prima oke ok okay " +
    "fijne fijn prettige alvast hartelijk hartelijke vriendelijke groet groeten alstublieft alsjeblieft sorry excuses super top mooi " +
    "sir madam maam there everyone everybody all you customer team support service help the this that these those a an i we my your he she " +
    "they it yes no not and or but so if how what where when why who which can could would will shall may please thanks thank welcome " +
    "hello dear good great nice sure well morning afternoon evening have has had do does did are am be been to from with for at on by " +
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag monday tuesday wednesday thursday friday saturday sunday januari februari " +
    "maart april mei juni juli augustus september oktober november december january february march june july august october nederland " +
    "nederlands engels english dutch medewerker agent advisor adviseur monteur bezig blij benieuwd helaas momenteel vandaag morgen gisteren " +
    "klopt eens zo hier laat bij onze ons hun goede akkoord mogelijk natuurlijk zeker inderdaad gebeld akkoord bijna trouwens name naam " +
    "perfect absoluut tuurlijk duidelijk ogenblikje momentje moment aangenaam gelukt inmiddels vervolgens prachtig top " +
    "perfectly absolutely certainly understood okidoki hai haha doei dag " +
    "correct exact great jazeker welzeker jawel certainly " +
    "omdat via per tot sinds tijdens zonder tegen door onder tussen vanaf vanuit namens speaking calling here about just also still"
  ).split(" "),
);
