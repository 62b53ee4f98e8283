/**
 * Given names common in the Netherlands and in English, folded. Names that are ordinary words, months or brands too
 * (Mark, Will, Roos, Mei, Rose, Max) are left out: they are found where somebody is introduced or greeted by them.
 */
export const firstNames: ReadonlySet<string> = new Set(
  (
    "aaron abdullah adam adriaan ahmed aisha albert alex alexander ali alice amina amira amy anas andre andrea andrew angela " +
    "anja anke ankie anna annabel anne anneke annelies annemarie annet annette annika anouk antoinette anton antonie arend " +
    "arjan arjen arno arnold arthur astrid ayse ayoub barbara bart bas bastiaan beatrix benjamin bernard bert betty bianca bilal " +
    "bob boris bram brenda brian britt bruno carin carla carlijn carlo carmen carolien caroline casper catharina cees charlotte chantal " +
    "christa christiaan christina christine christopher cindy claire claudia coen colin corine cornelis corrie daan daniel " +
    "daniela danielle danny david debbie dennis desiree diana diederik dieuwke dirk dominique donald doris dorien dylan eddy edward " +
    "edwin eefje elif elise elisabeth elizabeth ella ellen elly elsa emily emine emma emre eric erica erik erna ernst erwin esmee " +
    "esther eva evelien evelyn evert ewout fatih fatima fatma feike felix femke ferdinand floris frank frans fred frederik " +
    "freek frits geert geertje george gerald gerard gerda gerrit gert gertjan gijs greetje guido gijsbert hanna hannah hanneke " +
    "hans harold harry hassan hatice heidi helen helena heleen henk hendrik henny henri herman hetty hidde hilde hugo huseyin " +
    "ibrahim ilse imane ines inge ingeborg ingrid irene isa isabel isabella ismail ivo jaap jack jacob jacqueline james jamie jane " +
    "janet janneke jannie janny jantje jasmijn jason jasper jeanette jeffrey jelle jelmer jennifer jenny jeroen jesse jessica " +
    "jim joan joanna jochem joep johan johanna johannes john jolanda jolien jonas jonathan joop joost jordy joris jos " +
    "josefien joseph jozef judith julia julian julie jurgen jurre justin karel karen karim karin karlijn katja kees kelly kevin " +
    "khadija kim klaas koen kyra laila lars laura lauren leendert lennart leo leon leonie lena lianne lieke liesbeth lieve " +
    "linda lisa lisanne lodewijk lotte lou louis louise luc lucas luuk maaike maarten machteld manon marc marcel marco margot " +
    "margreet margriet maria marian marianne marieke marielle marijke marijn marina marion marit marjan marjolein marleen marlies " +
    "marloes martijn martin martine mary matthijs maud maureen maurice maurits mees mehmet meike melanie melissa menno mia michael " +
    "michel michelle michiel mieke milan mila miriam mirjam moniek monika monique murat mustafa myrthe nadia nadine naomi natalie " +
    "natasja nathalie neil nick nicolaas nicole niek niels nienke nina noah noor noortje nora olaf olga olivia oscar otto pascal patricia " +
    "patrick paul paula pauline peter petra philip piet pieter pim priscilla rachel rachid ramon raymond rebecca reinier remco rene " +
    "renske rianne richard rick rik rita robert roberto roderik roel roelof roger roland rolf romy ronald rosa roy ruben rudolf " +
    "ruud ryan saar sabine saskia samantha samir samira sandra sanne sara sarah sebastiaan selma seppe sharon shirley siem sietske " +
    "silvia simon simone sjaak sjoerd sjors sonja sofia sofie sophie stefan stefanie stephanie stephen steven stijn susan susanne suzanne " +
    "sven sylvia tamara tanja tara teun thea theo theodoor thijs thomas tijmen tim timo tineke tjeerd tobias tom tommy tonny trudy truus " +
    "tycho ulrich ursula valerie vera veronica vincent viktor walter wendy werner wesley wietske wiebe wilhelmina willem willemijn " +
    "william wilma wim wouter yara yasmin yasmine youssef yusuf yvette yvonne zainab zeynep zoe mohammed mohamed muhammad mohammad omar " +
    "sander bouke tessa nathan daphne sem liam lucy oliver jacobus"
  ).split(" "),
);
