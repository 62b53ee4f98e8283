import type { Story } from "../story.ts";

/** Conversations with Noordlicht that meet a person straight away. */
export const noordlichtDirect: readonly Story[] = [
  {
    id: "noordlicht-english-call",
    title: "Priya calls in English: her solar panels earn nothing on her bill",
    medium: "voice",
    language: "en-us",
    attributes: { customerNumber: "NL-55029", authenticated: "true" },
    customerName: "Priya Raman",
    steps: [
      { queue: "Noordlicht Service" },
      { answers: "Daan" },
      { says: "agent", text: "Goedemorgen, Noordlicht, met Daan." },
      { says: "customer", text: "Good morning. Sorry, my Dutch isn't great yet. Is English okay?" },
      { says: "agent", text: "Of course, no problem at all. How can I help you?" },
      {
        says: "customer",
        text: "I'm calling about my solar panels. They were installed in February, but my bill doesn't show any electricity going back to the grid.",
      },
      {
        says: "agent",
        text: "Let me have a look. I see a smart meter at your address, but the panels were never registered with the grid operator.",
      },
      { says: "customer", text: "Really? The installer told me he would take care of that." },
      {
        says: "agent",
        text: "That happens more often than it should. How many panels do you have, and what is the total power?",
      },
      { says: "customer", text: "Ten panels, 4,100 watt peak in total." },
      {
        says: "agent",
        text: "Thank you. I've registered the ten panels for you, with 4,100 watt peak. From today everything you feed in will be counted.",
      },
      { says: "customer", text: "Great. And what about the three months that I've missed?" },
      {
        says: "agent",
        text: "The meter did measure it, so it isn't lost. I've asked our billing team to recalculate your bill since February, and you'll receive a corrected statement within ten working days.",
      },
      { says: "customer", text: "Do you need anything from me?" },
      {
        says: "agent",
        text: "Yes, could you please send us the installer's invoice? You can reply to the e-mail I'm sending you now.",
      },
      {
        says: "customer",
        text: "I'll do that tonight. Thank you so much, Daan, you've been really helpful.",
      },
      { says: "agent", text: "You're very welcome. Enjoy the sunshine!" },
      { customerLeaves: true },
    ],
  },
  {
    id: "noordlicht-betalingsregeling",
    title: "Kevin chat: hij kan zijn jaarafrekening niet in één keer betalen",
    medium: "message",
    language: "nl-nl",
    attributes: { customerNumber: "NL-48177", authenticated: "true" },
    customerName: "Kevin Scholten",
    steps: [
      { queue: "Noordlicht Chat" },
      { answers: "Femke" },
      { says: "agent", text: "Hoi, je chat met Femke van Noordlicht. Waar kan ik je mee helpen?" },
      { noise: "typing" },
      {
        says: "customer",
        text: "Hoi Femke, ik heb een jaarafrekening van € 420 gekregen en die kan ik niet in één keer betalen. Kan ik een betalingsregeling krijgen?",
      },
      { noise: "receipt" },
      {
        says: "agent",
        text: "Wat goed dat je dit meteen laat weten, Kevin. Daar komen we samen wel uit. Welk bedrag per maand lukt je wel?",
      },
      {
        says: "customer",
        text: "Ik ben net van baan gewisseld, dus meer dan 70 euro per maand gaat even niet lukken",
      },
      { noise: "typing" },
      {
        says: "agent",
        text: "Dan maken we er zes termijnen van € 70 van. De eerste betaal je op 28 april, de volgende steeds op de 28e van de maand.",
      },
      { says: "customer", text: "En komt er dan nog rente bij? 🙈" },
      {
        says: "agent",
        text: "Nee, helemaal niets. Ik heb de betalingsregeling voor je vastgelegd en de herinnering van vorige week ingetrokken.",
      },
      { says: "customer", text: "Pfoe, dat is een hele opluchting. Hoe gaat het betalen, automatisch?" },
      {
        says: "agent",
        text: "Nee, je krijgt elke maand een betaalverzoek per e-mail. Lukt het een keer niet, laat het ons dan vóór de 28e weten.",
      },
      { says: "customer", text: "Doe ik. Super bedankt voor je hulp! 🙏" },
      { noise: "receipt" },
      { customerLeaves: true },
    ],
  },
  {
    id: "noordlicht-meterstand",
    title: "Willemijn ziet een meterstand die niet klopt; Daan sluit de chat, het gesprek blijft open",
    medium: "message",
    language: "nl-nl",
    attributes: { customerNumber: "NL-60314", authenticated: "true" },
    customerName: "Willemijn Hoekstra",
    steps: [
      { queue: "Noordlicht Chat" },
      { noise: "system", text: "U wordt verbonden met een medewerker." },
      { answers: "Daan" },
      { says: "agent", text: "Goedemiddag, met Daan van Noordlicht. Wat kan ik voor u doen?" },
      {
        says: "customer",
        text: "Dag Daan, mijn meterstand klopt niet. In Mijn Noordlicht staat 18.250 voor stroom, maar op de meter lees ik 12.850.",
      },
      { noise: "typing" },
      {
        says: "agent",
        text: "Zo te zien zijn er twee cijfers omgedraaid. Weet u nog wie de stand heeft doorgegeven?",
      },
      { says: "customer", text: "Dat zal ik zelf geweest zijn vrees ik, zonder leesbril 😅" },
      {
        says: "agent",
        text: "Dat overkomt de besten. Is 12.850 het telwerk voor normaal tarief, en wat staat er bij laag tarief?",
      },
      { says: "customer", text: "Ja, normaal. Laag is 9.412." },
      {
        says: "agent",
        text: "Dank u wel. Ik heb de stand gecorrigeerd naar 12.850 en laag op 9.412 laten staan. Uw maandoverzicht wordt morgenochtend opnieuw berekend.",
      },
      { says: "customer", text: "Fijn. Had ik anders veel te veel betaald?" },
      {
        says: "agent",
        text: "Dat zou pas op de jaarafrekening zijn gebleken, maar dan was het wel een schrik geweest. U hoeft verder niets te doen.",
      },
      { says: "customer", text: "Mooi, dank je wel Daan!" },
      { noise: "receipt" },
      { says: "agent", text: "Graag gedaan, mevrouw Hoekstra. Nog een fijne middag!" },
      { agentLeaves: true },
    ],
  },
  {
    id: "noordlicht-english-chat",
    title: "Tom chats in English: he moves abroad and wants to end his contract",
    medium: "message",
    language: "en-us",
    attributes: { customerNumber: "NL-52280", authenticated: "true" },
    customerName: "Tom Bradley",
    steps: [
      { queue: "Noordlicht Chat" },
      { answers: "Sanne" },
      { says: "agent", text: "Hi, you're chatting with Sanne from Noordlicht. What can I do for you?" },
      { noise: "typing" },
      {
        says: "customer",
        text: "Hi Sanne, I'd like to cancel my energy contract. I'm moving back to Ireland on 30 June and nobody takes over the apartment.",
      },
      { noise: "receipt" },
      {
        says: "agent",
        text: "Sorry to see you go, Tom! Because you're moving abroad there is no cancellation fee. Is 30 June also the day you hand in the keys?",
      },
      {
        says: "customer",
        text: "Yes, the landlord collects them at noon. I was worried about the fee, my contract runs until next January.",
      },
      { noise: "typing" },
      { says: "agent", text: "No need to worry. I've cancelled the contract as of 30 June, without a fee." },
      {
        says: "customer",
        text: "Brilliant. How do I get back what I've paid too much? My Dutch bank account closes in August.",
      },
      {
        says: "agent",
        text: "Please send us the meter readings on 30 June, you can do that in the app. You'll receive the final bill before 21 July, and we'll refund the balance within five days after that.",
      },
      {
        says: "customer",
        text: "So that's before August, perfect. And can you send the bill to my e-mail? It's tom.bradley@example.com",
      },
      {
        says: "agent",
        text: "I've changed that for you, the final bill will go to that e-mail address. Anything else?",
      },
      { says: "customer", text: "No, that's all. Thanks a million, Sanne!" },
      { customerLeaves: true },
    ],
  },
];

/** Chats with Noordlicht that start at the bot. */
export const noordlichtBot: readonly Story[] = [
  {
    id: "noordlicht-bot-eerst",
    title: "Eerst de bot, dan Youssef: Ilse begrijpt haar terugleverkosten niet",
    medium: "message",
    language: "nl-nl",
    attributes: { customerNumber: "NL-57731", authenticated: "true" },
    customerName: "Ilse van Dalen",
    steps: [
      { flow: "starts" },
      {
        says: "bot",
        text: "Hoi! Ik ben Lumi, de digitale assistent van Noordlicht. Waar gaat je vraag over?",
      },
      { noise: "structured", text: "Rekening | Contract | Zonnepanelen | Iets anders" },
      {
        says: "customer",
        text: "Ik snap de terugleverkosten op mijn rekening niet, ik betaal ineens 31 euro voor mijn zonnepanelen",
      },
      { noise: "receipt" },
      {
        says: "bot",
        text: "Ik begrijp dat je een vraag hebt over zonnepanelen. Wil je een medewerker spreken?",
      },
      { says: "customer", text: "Ja graag" },
      { says: "bot", text: "Momentje, ik zoek een collega voor je." },
      { flow: "ends" },
      { queue: "Noordlicht Chat" },
      { noise: "system", text: "Er is één wachtende voor u." },
      { noise: "typing" },
      { answers: "Youssef" },
      { noise: "system", text: "Youssef neemt deel aan het gesprek." },
      {
        says: "agent",
        text: "Hoi Ilse, met Youssef. Ik lees dat je vragen hebt over de terugleverkosten. Ik zoek het meteen voor je uit.",
      },
      { noise: "typing" },
      {
        says: "customer",
        text: "Ja, vorige maand was het nog 12 euro. En ik heb er geen paneel bij gekregen hoor!",
      },
      { noise: "receipt" },
      {
        says: "agent",
        text: "Ik zie het. De kosten gaan per staffel, en volgens ons systeem zit je sinds april in de staffel voor 14 panelen. Hoeveel heb je er?",
      },
      { says: "customer", text: "Acht!! Al vijf jaar lang." },
      { noise: "typing" },
      {
        says: "agent",
        text: "Dan is dat onze fout, excuus. Ik heb het aantal panelen teruggezet naar acht. De 19 euro die je te veel hebt betaald, storten we binnen drie werkdagen terug.",
      },
      { says: "customer", text: "Oké, netjes. Hoe weet ik zeker dat het volgende maand niet weer gebeurt?" },
      {
        says: "agent",
        text: "Goede vraag. Ik controleer je volgende rekening zelf en ik stuur je op 2 mei een bericht als die klaarstaat.",
      },
      { says: "customer", text: "Top, dan wacht ik dat af. Dankjewel Youssef" },
      { noise: "receipt" },
      { customerLeaves: true },
    ],
  },
  {
    id: "noordlicht-alleen-bot",
    title: "Alleen de bot: Rick gaat weg terwijl hij in de wachtrij staat; wordt overgeslagen",
    medium: "message",
    language: "nl-nl",
    attributes: { customerNumber: "NL-43905", authenticated: "true" },
    customerName: "Rick Jansma",
    steps: [
      { flow: "starts" },
      {
        says: "bot",
        text: "Hoi! Ik ben Lumi, de digitale assistent van Noordlicht. Waar gaat je vraag over?",
      },
      { says: "customer", text: "Ik kan niet inloggen, ik krijg geen code op mijn telefoon" },
      { noise: "receipt" },
      { says: "bot", text: "Vervelend! Heb je al geprobeerd om een nieuwe code aan te vragen?" },
      { noise: "structured", text: "Ja, zonder succes | Nee, dat ga ik proberen" },
      { says: "customer", text: "Ja, drie keer al" },
      { says: "bot", text: "Dan breng ik je in contact met een medewerker." },
      { flow: "ends" },
      { queue: "Noordlicht Chat" },
      { noise: "system", text: "Er zijn drie wachtenden voor u." },
      { says: "customer", text: "Laat maar, de code komt net binnen. Het is gelukt!" },
      { customerLeaves: true },
    ],
  },
];
