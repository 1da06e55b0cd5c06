"""Word lists; names and products are built by combining them."""

from __future__ import annotations

FIRST = """
Aaron Abigail Adam Adele Adriana Aisha Akira Alan Albert Alejandro Alice Alina Amanda Amara Amelie Amir Amy Ana André
Andrea Angela Anil Anita Anja Anna Antoine Antonio Arjun Arthur Astrid Barbara Beatriz Ben Benedikt Bianca Björn Bruno
Camila Carl Carla Carmen Caroline Catherine Cedric Charlotte Chloé Chris Christine Claire Clara Claudia Colin Dana Daniel
Daria David Deborah Deepak Denis Diana Diego Dmitri Dominic Dora Edgar Eduardo Elena Elif Elisa Elizabeth Ella Emil Emily
Emma Eric Erika Esther Ethan Eva Fabian Farah Fatima Felix Fernando Fiona Florian Frances Francisco Frank Freya Gabriel
Gareth George Georgia Gerhard Giulia Gloria Grace Graham Greta Guillermo Gustav Hana Hannah Harold Harriet Hassan Heather
Heidi Helen Henrik Henry Hiroshi Holly Hugo Ian Ibrahim Imani Ines Ingrid Irene Isaac Isabella Ivan Jack Jacob Jamal James
Jana Jane Jasmine Javier Jean Jennifer Jérôme Jin Joan Joanna Joel Johanna John Jonas Jordan José Joseph Joshua Joyce Juan
Judith Julia Julian Karen Karim Karl Kate Katja Keiko Keith Kenji Kevin Kim Klara Kofi Kristina Kwame Lars Laura Lauren
Leah Leila Lena Leo Leonie Lewis Liam Lily Linda Linh Lisa Louis Louise Lucas Lucía Luigi Lukas Lydia Mads Magdalena Malik
Marco Margaret Maria Marie Mark Markus Marta Martin Mary Mateo Matilda Matthew Maya Mehmet Mei Melanie Mercedes Michael
Miguel Mila Miriam Mohammed Monica Nadia Naomi Natalie Nathan Neil Nicholas Nicole Nikolai Nina Noah Noor Nora Olga Oliver
Olivia Omar Oscar Owen Pablo Patricia Patrick Paul Paula Pedro Peter Petra Philip Pia Priya Rachel Rafael Rahul Ramona
Raphaël Raquel Rebecca Renata Ricardo Richard Robert Rosa Ruth Ryan Sabine Sadia Sam Samantha Samuel Sandra Sara Sebastian
Selma Sergio Shirin Silvia Simon Sofia Sophie Stefan Stella Stephen Sunita Susan Svetlana Sven Tamara Tanya Tara Teresa
Thomas Tim Tobias Tom Tomás Uma Ursula Valentina Vera Veronica Victor Vikram Vincent Viola Walter Wanda Wei Wendy William
Xavier Yasmin Yuki Yusuf Yvonne Zainab Zara Zoe
"""

LAST = """
Abbott Abdi Acosta Adams Adeyemi Agarwal Ahmed Alvarez Andersen Anderson Andrews Aoki Arnold Ashby Bailey Baker Banerjee
Barnes Barros Bauer Becker Bennett Berg Bergström Bianchi Bishop Blake Boateng Bose Bowman Brandt Brennan Brooks Brown
Burke Burton Byrne Calloway Cameron Campbell Carlsen Carter Castillo Chan Chandra Chapman Chaudhry Chen Choi Clark Cole
Collins Conti Cooper Costa Cox Craig Cruz Cunningham Dahl Davies Dawson Delgado Diallo Diaz Dixon Dubois Duncan Dunn Dupont
Dvořák Eaton Edwards Ekström Ellis Engel Eriksen Escobar Evans Farrell Fernandes Ferrari Fischer Fitzgerald Fleming Flores
Fontaine Ford Foster Fournier Fox Franklin Fraser Fujita Gallagher Garcia Gardner Ghosh Gibson Gill Gomez González Gordon
Graham Grant Green Greene Griffin Gruber Gupta Gutierrez Haas Haddad Hagen Hale Hall Hamilton Hansen Harper Harris Hart
Hartmann Harvey Hayashi Hayes Hedlund Henderson Hernandez Herrera Hill Hoffmann Holm Holt Horvat Howard Huang Hudson Hughes
Hussain Ibarra Ito Ivanov Jackson Jacobs Jansen Jenkins Jensen Johansson Johnson Jones Joshi Kamara Kapoor Kaur Keller
Kelly Kennedy Khan Kim King Klein Knight Kovács Kowalski Kruger Kumar Lambert Lang Larsen Laurent Lawson Leclerc Lee Lehmann
Leroy Lewis Lindqvist Long Lopez Lund Lynch MacDonald Maier Malik Marino Marshall Martinez Mason Mbeki McCarthy McKenzie
Mehta Mendes Mensah Meyer Miller Mitchell Molina Moore Morales Moreau Morgan Moretti Morris Müller Murphy Nakamura Navarro
Nguyen Nielsen Nilsson Novak Nowak O'Brien O'Connor Obi Okafor Oliveira Olsen Ortega Osei Owens Palmer Papadakis Park Parker
Patel Pearson Pereira Perez Petersen Petrov Phillips Pierce Popescu Powell Price Quinn Rahman Ramirez Ramos Rao Reed Reid
Reyes Ribeiro Richter Rivera Roberts Robinson Rodriguez Romano Rossi Roth Rousseau Ruiz Russo Ryan Saito Salazar Sanchez
Sanders Santos Sato Schmidt Schneider Schwarz Scott Sharma Shaw Silva Simmons Singh Sloan Smith Sokolov Sørensen Spencer
Stein Stewart Stone Sullivan Suzuki Svensson Takahashi Tan Taylor Thompson Torres Tran Turner Underwood Vance Vargas Vega
Vogel Wagner Walker Wallace Walsh Wang Ward Watson Weber Webster Wells West White Whitfield Wilson Winter Wolf Wong Wood
Wright Wu Yamada Yang Yilmaz Young Zhang Ziegler Zimmermann
"""

STEM = """
Acorn Aerolith Alder Alpine Altair Amber Anchor Apex Arbor Arcadia Argo Atlas Aurora Avalon Axiom Badger Banyan Basalt Beacon
Birch Bluebird Bluestone Borealis Bramble Bridgewater Brightwell Brook Canyon Cardinal Cascade Castle Cedar Cinder Citadel
Clover Cobalt Comet Compass Copper Coral Crescent Crestview Cypress Delta Driftwood Eagle Eastgate Echo Elm Ember Evergreen
Falcon Fairview Fern Finch Fjord Flint Foundry Fox Frontier Garnet Glacier Golden Granite Greenfield Grove Gull Harbor
Harvest Hawthorn Hazel Helix Heron Highland Hollow Horizon Ironwood Island Ivory Jade Juniper Keystone Kestrel Kite Lakeside
Lantern Larch Lark Laurel Lighthouse Lotus Lumen Magnolia Maple Marble Meadow Mercury Meridian Mesa Milestone Mistral
Monarch Moonlight Mosaic Nautilus Nimbus Northern Northgate Nova Oak Oasis Obsidian Ocean Olive Onyx Opal Orchard Orion Osprey
Otter Pacific Palisade Panorama Paragon Peak Pelican Pine Pinnacle Pioneer Polaris Poplar Prairie Prism Quartz Quill Raven
Redwood Ridge River Robin Rowan Saffron Sage Sandstone Sapphire Sequoia Sierra Silver Skyline Solstice Sparrow Spruce
Sterling Stonebridge Summit Sunrise Swift Sycamore Talon Tamarack Thistle Thunder Tidal Topaz Tundra Union Valley Vanguard
Velvet Vertex Vista Walnut Waterfall Westwood Wheatfield Wildflower Willow Windmill Woodland Zenith Zephyr
"""

TRADE = """
Bakery|Plumbing|Electric|Consulting|Solutions|Systems|Logistics|Catering|Foods|Interiors|Design|Studio|Media|Print|Printing
|Hardware|Supplies|Office Supply|Software|Technologies|Analytics|Labs|Motors|Auto Repair|Cleaning|Landscaping|Gardens
|Construction|Builders|Roofing|Dental|Clinic|Pharmacy|Books|Coffee|Café|Bistro|Grill|Hotel|Travel|Couriers|Freight|Energy
|Solar|Textiles|Furniture|Flooring|Security|Training|Academy|Events|Photography|Legal|Partners|Holdings|Capital|Group
|Industries|Instruments|Robotics|Packaging|Outfitters|Sports|Optics|Networks|Hosting|Telecom|Insurance|Realty|Brewing|Wines
"""

SUFFIX = (
    "Ltd|Ltd.|LLC|Inc.|Inc|GmbH|AG|S.A.|Pty Ltd|Co.|& Co.|Corp.|Limited|plc|B.V.|AB|SARL|& Sons|Group|International"
)

CITY = """
Aberdeen|Adelaide|Albany|Amsterdam|Antwerp|Athens|Atlanta|Auckland|Austin|Baltimore|Bangalore|Barcelona|Basel|Bath|Belfast
|Bergen|Berlin|Bern|Bilbao|Birmingham|Bologna|Bordeaux|Boston|Bremen|Brighton|Brisbane|Bristol|Brussels|Bucharest|Budapest
|Buffalo|Cairo|Calgary|Cambridge|Canberra|Cape Town|Cardiff|Charleston|Chester|Chicago|Cleveland|Cologne|Columbus|Copenhagen
|Cork|Coventry|Dallas|Delhi|Denver|Derby|Detroit|Dresden|Dublin|Dundee|Durham|Düsseldorf|Edinburgh|Eindhoven|Exeter|Florence
|Frankfurt|Galway|Geneva|Genoa|Ghent|Glasgow|Gothenburg|Graz|Halifax|Hamburg|Hanover|Helsinki|Hobart|Houston|Hull|Innsbruck
|Istanbul|Jakarta|Johannesburg|Kansas City|Kraków|Kyoto|Lagos|Lausanne|Leeds|Leicester|Leipzig|Limerick|Lisbon|Liverpool
|Ljubljana|London|Los Angeles|Lucerne|Lyon|Madison|Madrid|Malmö|Manchester|Manila|Marseille|Melbourne|Memphis|Miami|Milan
|Milwaukee|Minneapolis|Montreal|Mumbai|Munich|Nairobi|Nantes|Naples|Nashville|New Orleans|New York|Newcastle|Nice|Norwich
|Nottingham|Oakland|Odense|Omaha|Oslo|Ottawa|Oxford|Palermo|Paris|Perth|Philadelphia|Phoenix|Pittsburgh|Plymouth|Porto
|Portland|Prague|Pune|Quebec City|Raleigh|Reading|Richmond|Riga|Rome|Rotterdam|Sacramento|Salt Lake City|Salzburg|San Diego
|San Francisco|San Jose|Santa Fe|Savannah|Seattle|Seoul|Seville|Sheffield|Singapore|Sofia|Southampton|Springfield|St. Louis
|Stockholm|Strasbourg|Stuttgart|Swansea|Sydney|Tallinn|Tampa|Tokyo|Toronto|Toulouse|Trieste|Tucson|Turin|Utrecht|Valencia
|Vancouver|Venice|Verona|Vienna|Vilnius|Warsaw|Wellington|Winnipeg|Worcester|York|Zagreb|Zürich
"""

STREET = """
Abbey Acacia Albion Alma Ash Baker Bank Bay Beech Bell Bridge Broad Canal Castle Cedar Central Chapel Cherry Chestnut Church
Clifton College Commerce Court Cross Dock Eagle Elm Factory Ferry Field First Forest Franklin Garden George Grand Green Grove
Harbour Hawthorne High Hill Holly Industrial Jackson Jefferson King Lake Laurel Liberty Lime Lincoln Linden Locust Madison
Main Manor Maple Market Mill Mulberry New North Oak Orchard Park Pearl Pine Pleasant Poplar Princess Prospect Quarry Queen
Railway Regent River Rose School Second Sixth South Spring Spruce State Station Summit Sunset Third Union Valley Victoria
View Vine Walnut Washington Water Wellington West Wharf Willow Windsor Wood York
"""

STREET_KIND = (
    "Street|St|St.|Road|Rd|Avenue|Ave|Ave.|Lane|Drive|Dr|Way|Place|Square|Boulevard|Blvd|Court|Terrace|Crescent"
)

ADJECTIVE = """
Black Blue Compact Classic Deluxe Digital Dark Electric Foldable Fresh Glass Green Grey Heavy Large Leather Light Linen Long
Magnetic Matte Metal Mini Modern Natural Organic Oak Plain Portable Premium Pro Red Round Short Silver Slim Small Smart Soft
Solid Spare Square Stainless Standard Steel Thermal Travel Ultra Vintage Warm Waterproof White Wide Wireless Wooden Woollen
"""

GOODS = """
adapter|alarm clock|backpack|bath towel|battery pack|bed frame|bicycle pump|blender|blanket|bookcase|bottle|bracket|bread knife
|broom|bucket|cable|calculator|camera|candle|cartridge|chair|charger|chopping board|coat|coffee grinder|coffee machine|cooler
|curtain|cushion|dehumidifier|desk|desk lamp|dishwasher|document tray|door handle|drill|dryer|e-reader|earbuds|envelope|fan
|filing cabinet|fitness tracker|flashlight|floor mat|folder|fryer|garden hose|gloves|hammer|hand mixer|headphones|headset|heater
|helmet|hinge|hob|hoodie|humidifier|ink cartridge|iron|jacket|jug|kettle|keyboard|knife set|label printer|ladder|lamp|laptop
|laptop stand|lawn mower|light bulb|lunch box|mattress|memory card|microphone|microwave|mirror|monitor|mouse|mug|notebook|office chair
|oven|paint roller|pan|paper|pen|phone case|pillow|power bank|printer|projector|radio|rain jacket|razor|router|rucksack|rug
|running shoes|saucepan|scale|scarf|screen protector|screwdriver|shelf|shower head|smartwatch|socket|sofa|speaker|stapler
|stool|suitcase|sunglasses|sweater|table|tablet|tea towel|tent|thermostat|toaster|toner|toolbox|toothbrush|trolley|tv
|umbrella|vacuum cleaner|vase|wallet|washing machine|water bottle|water filter|webcam|whiteboard|wrench|yoga mat
"""

SERVICE = """
annual maintenance|annual subscription|boiler service|brake inspection|carpet cleaning|catering for 20|consulting|content writing
|copy editing|courier delivery|data migration|delivery|design work|domain renewal|electrical inspection|engine oil change
|equipment hire|express shipping|filter replacement|gardening|graphic design|gutter cleaning|hedge trimming|hosting|hotel night
|installation|labour|legal advice|licence fee|logo design|monthly retainer|mowing|office cleaning|on-site support|painting
|parking|photo shoot|pipe repair|project management|proofreading|room hire|security audit|server setup|setup fee|shipping
|software licence|staff training|support plan|technical support|translation|tyre change|waste removal|web design|window cleaning
|workshop
"""

FOOD = """
almond croissant|americano|apple juice|apple pie|avocado toast|bagel|baguette|bananas|beef burger|black coffee|blueberry muffin
|bottled water|brown bread|burrito|butter|caesar salad|cappuccino|carrot cake|cheddar|cheese sandwich|cheesecake|chicken curry
|chicken wrap|chips|chocolate cake|cinnamon roll|club sandwich|cola|cucumber|double espresso|eggs|espresso|falafel|fish and chips
|flat white|french fries|garlic bread|ginger tea|greek salad|green tea|grilled salmon|ham sandwich|hot chocolate|house wine|hummus
|iced latte|iced tea|lasagne|latte|lemonade|lentil soup|macchiato|mango lassi|margherita pizza|milk|mineral water|minestrone
|miso soup|mushroom risotto|oat milk|olives|omelette|onion rings|orange juice|pad thai|pancakes|pasta|peanut butter|pepperoni pizza
|porridge|potato salad|ramen|red apples|rice|scrambled eggs|smoothie|soda|soup of the day|sourdough loaf|sparkling water
|spring rolls|steak frites|still water|sushi set|tiramisu|tomato soup|tomatoes|tuna salad|vanilla ice cream|veggie burger|waffles
|yoghurt
"""

SYLLABLE = """
ba be bo bra bri ca ce cor da de den dra el en fa fer fi fol ga gen gra ha hel ho ja ka ke kin lo la len lin lu ma mar mel mi
mor na ne nor o or pa pel po qua ra ri ro sa sel shi so ta tel ten ti to tra tu u va ven vi vo wal wen xa ya yo za zel zi
"""


def words(listing: str) -> tuple[str, ...]:
    """Cut a list at `|` if it has any, else at white space."""
    parts = listing.split("|") if "|" in listing else listing.split()
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
