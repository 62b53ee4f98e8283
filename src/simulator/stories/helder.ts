import type { Story } from "../story.ts";

/** Calls to Helder about bills: the monthly amount and the annual bill. */
export const helderInvoices: readonly Story[] = [
  {
    id: "helder-termijnbedrag",
    title: "Marieke belt Helder: haar termijnbedrag is ineens omhoog gegaan",
    medium: "voice",
    language: "nl-nl",
    attributes: { customerNumber: "HLD-204817", authenticated: "true" },
    customerName: "Marieke de Wit",
    steps: [
      { queue: "Helder Facturen" },
      { answers: "Sanne" },
      {
        says: "agent",
        text: "Goedemorgen, welkom bij Helder, u spreekt met Sanne. Waarmee kan ik u helpen?",
      },
      {
        says: "customer",
        text: "Goedemorgen, met Marieke de Wit. Ik bel omdat mijn termijnbedrag ineens omhoog is gegaan. Ik betaalde 142 euro en nu staat er 189 euro in de app.",
      },
      {
        says: "agent",
        text: "Dat is een flink verschil, ik kijk even met u mee. Mag ik uw postcode en huisnummer?",
      },
      { says: "customer", text: "3599 ZK, nummer 27." },
      {
        says: "agent",
        text: "Dank u wel. Ik zie dat het bedrag in januari automatisch is berekend op uw oude verbruik. Is er sindsdien iets veranderd in huis?",
      },
      {
        says: "customer",
        text: "Ja, we hebben in november een hybride warmtepomp gekregen, dus we stoken veel minder gas. Daarom vond ik het ook zo gek.",
      },
      {
        says: "agent",
        text: "Dan klopt die schatting inderdaad niet meer. Met het verbruik van de laatste drie maanden kom ik uit op 156 euro per maand.",
      },
      { says: "customer", text: "Kijk, dat scheelt. Maar moet ik dan straks niet alsnog flink bijbetalen?" },
      {
        says: "agent",
        text: "Nee, met 156 euro zit u aan de veilige kant. Ik heb het termijnbedrag zojuist voor u aangepast naar 156 euro, dat gaat in per 1 april.",
      },
      { says: "customer", text: "Fijn, dat is snel. Krijg ik daar nog bericht van?" },
      {
        says: "agent",
        text: "Ja, u ontvangt vandaag nog een bevestiging per e-mail. In september sturen we u een nieuw overzicht, dan kunt u zien of het bedrag nog past.",
      },
      { says: "customer", text: "Helemaal goed, dank u wel voor het meedenken." },
      { says: "agent", text: "Graag gedaan, en veel plezier van de warmtepomp. Fijne dag nog!" },
      { says: "customer", text: "Ja, u ook. Dag!" },
      { customerLeaves: true },
    ],
  },
  {
    id: "helder-jaarnota",
    title: "Henk betwist zijn jaarnota: de gasmeterstand is geschat en veel te hoog",
    medium: "voice",
    language: "nl-nl",
    attributes: { customerNumber: "HLD-118352", authenticated: "true" },
    customerName: "Henk Verbeek",
    steps: [
      { flow: "starts" },
      { says: "ivr", text: "Welkom bij Helder. Belt u over een factuur, zeg dan: factuur." },
      { says: "customer", text: "Factuur." },
      { flow: "ends" },
      { queue: "Helder Facturen" },
      { answers: "Youssef" },
      { says: "agent", text: "Goedemiddag, u spreekt met Youssef van Helder. Wat kan ik voor u doen?" },
      {
        says: "customer",
        text: "Goedemiddag, Verbeek. Ik heb gisteren mijn jaarnota gekregen en daar klopt niets van. Ik moet 684 euro en 20 cent bijbetalen, terwijl ik elk jaar hooguit een tientje verschil heb.",
      },
      {
        says: "agent",
        text: "Daar zou ik ook van schrikken, meneer Verbeek. Ik heb uw jaarnota voor me. Er is gerekend met een gasmeterstand van 4.312, en die stand is geschat.",
      },
      {
        says: "customer",
        text: "Geschat? Ik sta nu in de meterkast en hier staat 3.874. Dat is een heel ander verhaal.",
      },
      {
        says: "agent",
        text: "Dat scheelt 438 kuub, dus dat verklaart bijna het hele bedrag. De netbeheerder kreeg in januari geen stand door van uw meter en heeft toen zelf een schatting gemaakt.",
      },
      {
        says: "customer",
        text: "Maar ik ga dus geen bijna zevenhonderd euro betalen voor gas dat ik niet verbruikt heb.",
      },
      {
        says: "agent",
        text: "Dat hoeft ook niet. Ik heb de incasso van 684 euro en 20 cent stopgezet, er wordt dus niets afgeschreven. En ik heb uw stand van 3.874 als correctie ingediend bij de netbeheerder.",
      },
      { says: "customer", text: "Oké. En wat moet ik zelf nog doen?" },
      {
        says: "agent",
        text: "Wilt u vandaag nog een foto van de meter uploaden in Mijn Helder? Dan heeft de netbeheerder meteen bewijs van de stand.",
      },
      { says: "customer", text: "Dat doe ik zo. Maar dan hoor ik zeker weer wekenlang niets?" },
      {
        says: "agent",
        text: "Nee, daar zorg ik voor. De netbeheerder reageert binnen vijf werkdagen. Ik bel u uiterlijk 14 maart terug met de uitkomst, en daarna ontvangt u van ons een nieuwe jaarnota.",
      },
      {
        says: "customer",
        text: "Uiterlijk de veertiende, dat schrijf ik op. U belt mij dus, ik hoef er niet achteraan?",
      },
      {
        says: "agent",
        text: "Klopt, ik bel u zelf, op het nummer waarmee u nu belt. Liefst in de ochtend of in de middag?",
      },
      {
        says: "customer",
        text: "Doe maar in de ochtend. Nou, dan ben ik een stuk rustiger dan toen ik belde. Bedankt.",
      },
      { customerLeaves: true },
    ],
  },
  {
    id: "helder-niet-geverifieerd",
    title: "Een zoon vraagt naar de nota van zijn moeder, maar kan haar niet machtigen: wordt overgeslagen",
    medium: "voice",
    language: "nl-nl",
    attributes: { customerNumber: "HLD-160233", authenticated: "false" },
    customerName: "Onbekende beller",
    steps: [
      { queue: "Helder Facturen" },
      { answers: "Daan" },
      { says: "agent", text: "Goedemiddag, Helder, met Daan. Waarmee kan ik u helpen?" },
      {
        says: "customer",
        text: "Ja, hallo, ik bel voor mijn moeder. Ik wil graag weten hoeveel zij nog moet betalen van haar eindnota.",
      },
      { says: "agent", text: "Wat goed dat u haar helpt. Staat u bij ons bekend als haar gemachtigde?" },
      { says: "customer", text: "Dat weet ik eigenlijk niet. En haar geboortedatum hebt u zeker ook nodig?" },
      {
        says: "agent",
        text: "Ja, en dan moet zij zelf toestemming geven. Zonder die toestemming mag ik u helaas niets over haar rekening vertellen.",
      },
      { says: "customer", text: "Dat begrijp ik wel. Dan bel ik vanavond terug als ik bij haar ben." },
      {
        says: "agent",
        text: "Prima, we zijn tot acht uur bereikbaar. Sterkte ermee, en de groeten aan uw moeder.",
      },
      { customerLeaves: true },
    ],
  },
];

/** Calls to Helder about moving house and about breakdowns. */
export const helderHome: readonly Story[] = [
  {
    id: "helder-verhuizing",
    title: "Fatima geeft haar verhuizing door; de laatste melding van het platform komt nog twee keer",
    medium: "voice",
    language: "nl-nl",
    attributes: { customerNumber: "HLD-231906", authenticated: "true" },
    customerName: "Fatima Azzouzi",
    steps: [
      { queue: "Helder Verhuizen" },
      { answers: "Femke" },
      { says: "agent", text: "Helder, afdeling Verhuizen, met Femke. Goedemorgen!" },
      {
        says: "customer",
        text: "Goedemorgen, met Fatima Azzouzi. Ik wil graag mijn verhuizing doorgeven. We krijgen op 15 mei de sleutel van ons nieuwe huis.",
      },
      {
        says: "agent",
        text: "Wat leuk, gefeliciteerd! Naar welk adres gaat u, en wanneer levert u de oude woning op?",
      },
      {
        says: "customer",
        text: "Naar de Wilgenlaan 8 in Zutphen. De flat leveren we pas op 31 mei op, dus we zitten er twee weken dubbel in.",
      },
      {
        says: "agent",
        text: "Dat komt vaak voor. Dan loopt de levering op het nieuwe adres vanaf 15 mei en stopt het oude adres op 31 mei. Uw vaste tarief verhuist gewoon mee.",
      },
      { says: "customer", text: "O, gelukkig, daar was ik al bang voor. Moet ik nog meterstanden opnemen?" },
      {
        says: "agent",
        text: "Ja, graag. Wilt u de meterstanden opnemen op de dag van de sleuteloverdracht, op beide adressen? U kunt ze tot vijf dagen later doorgeven via Mijn Helder.",
      },
      { says: "customer", text: "Dat is goed. En wat ga ik dan per maand betalen?" },
      {
        says: "agent",
        text: "Het is een tussenwoning met label B, dus ik heb het voorlopig op 134 euro per maand gezet. De verhuizing heb ik nu voor u verwerkt.",
      },
      { says: "customer", text: "Super. En de eindafrekening van de flat?" },
      {
        says: "agent",
        text: "Die eindnota ontvangt u binnen zes weken na 31 mei. U krijgt straks ook een e-mail met alle gegevens op een rij.",
      },
      { says: "customer", text: "Heel fijn, dankjewel. Dat was veel makkelijker dan ik dacht." },
      { says: "agent", text: "Dat hoor ik graag. Heel veel plezier in het nieuwe huis!" },
      { customerLeaves: true },
      { repeated: 2 },
    ],
  },
  {
    id: "helder-doorverbonden",
    title: "Joris begint bij Facturen en wordt doorverbonden naar Verhuizen",
    medium: "voice",
    language: "nl-nl",
    attributes: { customerNumber: "HLD-097741", authenticated: "true" },
    customerName: "Joris Timmerman",
    steps: [
      { queue: "Helder Facturen" },
      { answers: "Sanne" },
      { says: "agent", text: "Goedemiddag, welkom bij Helder, met Sanne. Zegt u het maar." },
      {
        says: "customer",
        text: "Hoi, met Joris Timmerman. Ik krijg nog steeds rekeningen voor mijn oude appartement, terwijl ik daar al sinds 1 februari weg ben.",
      },
      {
        says: "agent",
        text: "Dat hoort natuurlijk niet. Ik zie hier nog een factuur van 118 euro over maart. Had u de verhuizing doorgegeven?",
      },
      { says: "customer", text: "Ja, via de app, maar daar staat nu helemaal niets meer van." },
      {
        says: "agent",
        text: "Hier is hij ook niet binnengekomen. Ik heb de factuur van 118 euro alvast geblokkeerd, zodat er geen herinnering komt. Ik verbind u door met mijn collega van Verhuizen, die kan de datum herstellen.",
      },
      { says: "customer", text: "Prima, dank je." },
      { transfersTo: "Helder Verhuizen" },
      { answers: "Femke" },
      {
        says: "agent",
        text: "Dag meneer Timmerman, met Femke van Verhuizen. Ik lees dat de verhuizing van 1 februari niet is aangekomen?",
      },
      { says: "customer", text: "Klopt. En de nieuwe bewoner zit er ook gewoon al in." },
      {
        says: "agent",
        text: "Dan ga ik dat rechtzetten. Heeft u nog de meterstanden van de dag dat u vertrok?",
      },
      { says: "customer", text: "Ja, ik heb toen een foto gemaakt: stroom 21.406 en gas 5.090." },
      {
        says: "agent",
        text: "Keurig. Ik heb de verhuizing met terugwerkende kracht op 1 februari gezet, met deze standen. De factuur van maart vervalt daarmee.",
      },
      { says: "customer", text: "Top. En wat ik al betaald heb over februari?" },
      {
        says: "agent",
        text: "Dat verrekenen we op de eindnota. Die krijgt u binnen tien werkdagen per e-mail.",
      },
      { says: "customer", text: "Mooi, dan is het opgelost. Bedankt allebei." },
      { customerLeaves: true },
    ],
  },
  {
    id: "helder-cv-ketel",
    title: "Geen warm water: de eerste agent neemt niet op, Youssef wel",
    medium: "voice",
    language: "nl-nl",
    attributes: { customerNumber: "HLD-176520", authenticated: "true" },
    customerName: "Anneke Postma",
    steps: [
      { queue: "Helder Storingen" },
      { rings: "Daan", outcome: "no-answer" },
      { answers: "Youssef" },
      {
        says: "agent",
        text: "Helder Storingen, met Youssef. Excuses voor het wachten. Wat is er aan de hand?",
      },
      {
        says: "customer",
        text: "Met Anneke Postma. Onze cv-ketel doet het niet meer. We hebben sinds vanochtend geen verwarming en geen warm water, en ik zit hier met een baby van drie maanden.",
      },
      {
        says: "agent",
        text: "Dat is heel vervelend, zeker met een kleintje. Staat er een code op het scherm van de ketel?",
      },
      { says: "customer", text: "Ja, er knippert F punt 22." },
      {
        says: "agent",
        text: "Dat wijst op te lage waterdruk. Hoeveel geeft het metertje onder de ketel aan?",
      },
      { says: "customer", text: "Even kijken hoor. Nul komma vier." },
      { says: "agent", text: "Dat is te weinig. Kunt u de ketel bijvullen met de vulslang, tot anderhalf?" },
      {
        says: "customer",
        text: "Dat heb ik vanochtend al gedaan, maar de druk zakt meteen weer weg. Er ligt ook een plasje water onder.",
      },
      {
        says: "agent",
        text: "Dan lekt hij en moet er iemand komen kijken. Zet u de kraan van de vulslang dicht en de ketel uit. Ik heb een spoedafspraak voor u gemaakt: de monteur komt vandaag tussen 16.00 en 18.00 uur.",
      },
      { says: "customer", text: "Vandaag nog? O, wat een opluchting. Kost dat extra?" },
      {
        says: "agent",
        text: "Nee, dit valt onder uw servicecontract. De monteur belt u een halfuur voordat hij er is.",
      },
      { says: "customer", text: "Geweldig, heel erg bedankt. Ik zet de ketel nu uit." },
      { says: "agent", text: "Doe dat. Sterkte vanmiddag, en lekker onder een dekentje samen." },
      { customerLeaves: true },
    ],
  },
];
