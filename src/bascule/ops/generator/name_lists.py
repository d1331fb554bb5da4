"""Common first and last names by origin, most frequent first; persons are random combinations.

Every name here is borne by thousands; no combination is meant to be anybody.
"""

_HISPANIC_LAST = """
García Rodríguez Martínez Hernández López González Pérez Sánchez Ramírez Torres Flores Rivera
Gómez Díaz Reyes Morales Cruz Ortiz Gutiérrez Chávez Ramos Ruiz Mendoza Álvarez Jiménez Castillo
Vásquez Romero Moreno Aguilar Vargas Guerrero Medina Castro Muñoz Méndez Salazar Soto Vega Peña
Delgado Contreras Ríos Guzmán Herrera Núñez Estrada Ortega Sandoval Rojas Domínguez Ibáñez
Cárdenas Valdez Espinoza Maldonado Navarro Campos Padilla Velázquez Figueroa Acosta Molina Luna
Juárez Lara Fuentes Camacho Cabrera Marín Serrano Suárez Pacheco Cervantes Trejo Zamora Ávila
Bravo Carrillo Orozco Salinas Villarreal Arroyo Quiñones Bautista Montoya Escobar Solís Rosales
Ochoa Rangel Meza Tapia Barrera Macías Nava Franco Bermúdez Colón Santiago Rosario Ayala Cortés
Ponce Zúñiga Cisneros Arellano Galván Robles Leyva Palacios Treviño Esquivel Bonilla Magaña
"""

_ENGLISH_LAST = """
Johnson Williams Smith Jones Brown Davis Jackson Harris Robinson Thompson Walker Thomas White
Taylor Moore Martin Lewis Anderson Carter Washington Green Wilson Allen Wright Young Hall King
Hill Scott Turner Mitchell Coleman Jenkins Bell Brooks Banks Henderson Bryant Butler Barnes Cole
Price Reed Ward Hayes Simmons Foster Powell Perry Patterson Griffin Hughes Wallace Woods Sanders
Bennett Freeman Webb Crawford Hunter Gordon Marshall Dixon Hamilton Graham Ellis Stevens Ford
Gibson Grant Mason Stewart Burns Chambers Fleming Watkins Holmes Franklin Lawson Carr Gaines
Boyd Mosley Whitaker Tate Battle Pruitt Singleton Townsend Norwood Benton Dawson Ewing Fields
Garner Hardy Ingram Joyner Kirkland Lyles McNeal Nash Odom Parrish Ransom Stokes Tolbert Vaughn
Weathers Yarbrough Bolden Cannon Dorsey Easley Gilliam Hobbs Ivory Langston Merritt Newsome
"""

_EUROPEAN_LAST = """
Miller Murphy Kelly Sullivan O'Brien Kowalski Nowak Wiśniewski Wójcik Kamiński Lewandowski
Zieliński Szymański Dąbrowski Kozłowski Jankowski Mazur Krawczyk Piotrowski Grabowski Pawłowski
Michalski Król Wieczorek Jabłoński Wróbel Majewski Olszewski Stępień Malinowski Rossi Russo
Ferrari Esposito Romano Colombo Ricci Marino Greco Bruno Gallo Conti Schmidt Schneider Fischer
Weber Meyer Wagner Becker Hoffmann Schulz Koch Bauer Klein Wolf Neumann Schwarz Zimmermann Krüger
Hartmann Lange McCarthy Byrne Ryan Doyle Walsh Gallagher Doherty Kennedy Lynch Quinn Moran
Fitzgerald Nolan Flynn Brennan Shevchenko Kovalenko Bondarenko Tkachenko Kravchenko Petrenko
Novák Svoboda Dvořák Horvat Kovač Babić Marić Jurić Papadopoulos Nikolaidis Georgiou Popescu
Ionescu Dumitru Johansson Andersson Larsen Nielsen Petrauskas Kazlauskas Baker Clark Adams Nelson
Campbell Roberts Phillips Evans Edwards Collins Morris Rogers Cook Morgan Cooper Peterson Bailey
"""

_ASIAN_LAST = """
Chen Wang Li Zhang Liu Yang Huang Wu Zhou Lin Nguyen Tran Le Pham Hoang Patel Shah Khan Singh Kim
Park Lee Choi Jung Reyes Santos Cruz Bautista Ocampo Garcia Mendoza Ahmed Hussain Ali Malik Iqbal
Sharma Gupta Kumar Reddy Rao Iyer Nair Desai Mehta Joshi Zhao Xu Sun Ma Zhu Hu Guo He Gao Luo
Zheng Liang Xie Tang Song Deng Feng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Ye Du Su
Wei Cheng Lu Ding Ren Shen Yao Vu Vo Dang Bui Do Ho Ngo Duong Ly Dela Villanueva Aquino Tolentino
Pascual Manalo Castillo Soriano Tanaka Suzuki Sato Watanabe Yamamoto Nakamura Kobayashi Rahman
Chowdhury Begum Siddiqui Qureshi Farooqi Sherpa Gurung Tamang Thapa Lama Chan Wong Leung Ng Cheung
"""

_HISPANIC_GIRLS = """
Sofía Camila Valentina Isabella Ximena Lucía Daniela Mariana Renata Fernanda Guadalupe Esmeralda
Jimena Natalia Regina Paola Alejandra Yaretzi Itzel Citlali Ángela Beatriz Carolina Dulce Elena
Gabriela Heidi Irene Karla Leticia Mónica Nayeli Olivia Perla Rocío Silvia Teresa Verónica Wendy
Yolanda Zulema Araceli Brenda Delfina Evelyn Graciela Julieta Maribel Noemí Raquel Susana Tania
"""

_HISPANIC_BOYS = """
Mateo Santiago Sebastián Diego Leonardo Emiliano Ángel José Juan Luis Carlos Miguel Alejandro
Gael Ezequiel Iker Joaquín Adrián Bruno César Damián Eduardo Fernando Gustavo Héctor Ignacio Javier
Kevin Lorenzo Manuel Nicolás Óscar Pablo Rodrigo Salvador Tomás Ulises Víctor Xavier Yahir Arturo
Benjamín Cristóbal Enrique Francisco Gerardo Hugo Jorge Mauricio Patricio Rubén Sergio
"""

_BLACK_GIRLS = """
Aaliyah Imani Nia Zuri Amara Destiny Kennedy London Skylar Trinity Jada Kiara Layla Makayla Nyla
Raven Serenity Tiana Brielle Chloe Diamond Ebony Faith Genesis Harmony India Jasmine Kamryn Lyric
Mikayla Naomi Paris Quiana Reagan Simone Taylor Unique Vivian Whitney Xiomara Yasmin Zoe Ariana
Bria Ciara Deja Essence Gabrielle Heaven Journey Kehlani Monique
"""

_BLACK_BOYS = """
Jayden Malik Isaiah Elijah Josiah Xavier Darius Terrell Marquis Jamal Andre Tyrone Kameron Amari
Khalil Micah Jeremiah Nasir Quincy Roman Semaj Tristan Devin Caleb Desmond Emmanuel Frederick
Gregory Harold Israel Jerome King Lamont Maurice Nathaniel Omari Preston Reginald Stephon Trevon
Vernon Winston Zaire Bryce Curtis Donovan Ezra Garrison Hakeem Kobe Langston Messiah
"""

_WHITE_GIRLS = """
Emma Charlotte Amelia Harper Zofia Maja Hanna Wiktoria Natalia Abigail Lily Grace Nora Hazel
Violet Stella Audrey Claire Lucy Ruby Bridget Caroline Daphne Eleanor Fiona Greta Helena Isla
Josephine Katarzyna Lena Margaret Nina Ophelia Penelope Quinn Rose Sylvia Tessa Ursula Veronica
Willa Agnieszka Beatrice Cecilia Dorothy Edith Francesca Ingrid Magdalena Oksana Svetlana
"""

_WHITE_BOYS = """
Liam Noah Oliver James William Henry Jakub Szymon Filip Aleksander Wojciech Theodore Jack Owen
Samuel Wyatt Gabriel Julian Leo Hudson Patrick Conor Brendan Declan Finn George Harrison Ian Jasper
Karol Lucas Marek Nathan Oskar Peter Quentin Ryan Stanisław Thomas Vincent Walter Zachary Anthony
Bartosz Charles Dominik Everett Frank Grant Igor Mykola Simon
"""

_ASIAN_GIRLS = """
Mei Xinyi Yuna Priya Ananya Linh Hana Jia Aisha Fatima Zara Saanvi Aarohi Bao Chau Divya Esha
Fangyu Gauri Huong Ishani Jiayi Kavya Lihua Minji Nandini Phuong Qing Riya Suyin Thao Uyen Vidya
Wenjing Xiaoling Yingying Zainab Angelica Bianca Clarissa Danica Eunice Grace Irina Joyce Kaori
Maricel Noor Rosalie Sakura Tara Vivian
"""

_ASIAN_BOYS = """
Wei Jun Minh Arjun Rohan Aarav Hao Ming Kai Ethan Ryan Jason Vivaan Bilal Chirag Duy Faisal
Guang Hieu Imran Jiahao Kiran Long Mohammed Nikhil Omar Phuc Qiang Rahul Sanjay Tuan Umar Vikram
Wenhao Xuan Yichen Zihan Angelo Brandon Christian Derek Eugene Francis Haruto Joon Karthik Lawrence
Marvin Nathan Paolo Raymond Siddharth
"""

LAST = {
    "hispanic": _HISPANIC_LAST.split(),
    "black": _ENGLISH_LAST.split(),
    "white": _EUROPEAN_LAST.split(),
    "asian": _ASIAN_LAST.split(),
    "other": [*_ENGLISH_LAST.split()[20:90], *_HISPANIC_LAST.split()[20:60]],
}
"""Family names by race (schools.RACES)."""

FIRST = {
    "hispanic": (_HISPANIC_GIRLS.split(), _HISPANIC_BOYS.split()),
    "black": (_BLACK_GIRLS.split(), _BLACK_BOYS.split()),
    "white": (_WHITE_GIRLS.split(), _WHITE_BOYS.split()),
    "asian": (_ASIAN_GIRLS.split(), _ASIAN_BOYS.split()),
    "other": (
        [*_WHITE_GIRLS.split()[10:40], *_BLACK_GIRLS.split()[10:40]],
        [*_WHITE_BOYS.split()[10:40], *_BLACK_BOYS.split()[10:40]],
    ),
}
"""First names by race: (girls, boys)."""
