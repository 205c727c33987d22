"""Made-up people for demo hospitals and for measuring: believable names, numbers and places."""

from __future__ import annotations

import random
from dataclasses import dataclass

MALE = (  # noqa: SIM905 - readable as words
    "Aarav Aditya Ajay Akash Amit Anand Anil Arjun Arun Ashok Bharat Chetan Deepak Dev Dinesh "
    "Ganesh Gopal Gaurav Harish Imran Irfan Ishaan Jatin Jayesh Karan Karthik Kumar Lokesh Mahesh "
    "Manish Manoj Mohan Mukesh Naveen Nikhil Nitin Omar Pankaj Pradeep Prakash Rahul Rajesh "
    "Rakesh Ramesh Ravi Rohan Sachin Salim Sandeep Sanjay Santosh Satish Shyam Siddharth Subhash "
    "Sunil Suresh Tarun Thomas Uday Varun Vijay Vikram Vinod Vivek Yash Yusuf Zubair Joseph "
    "George Abdul Farhan Gurpreet Harjit Manpreet Tenzin Dorji Biju Shaji Murugan Senthil "
    "Venkatesh Srinivas"
).split()
FEMALE = (  # noqa: SIM905 - readable as words
    "Aarti Aditi Aisha Akshata Amrita Ananya Anita Anjali Anu Archana Asha Bhavna Chitra Deepa "
    "Deepika Devi Divya Fatima Gauri Geeta Geetha Hema Indira Isha Jaya Jyoti Kalpana Kamala "
    "Kavita Kiran Komal Lakshmi Lalita Latha Leela Madhu Mala Maria Meena Meera Meghna Mumtaz "
    "Nandini Neha Nisha Nirmala Padma Pallavi Parvati Pooja Prerna Preeti Priya Radha Rani Rashmi "
    "Rekha Ritu Rukmini Rubina Sadhana Sakina Sangeeta Sarita Savita Seema Shabnam Shanti Shilpa "
    "Shobha Sita Smita Sneha Sonia Sudha Sunita Sushma Swati Tara Uma Usha Vandana Vidya Yasmin "
    "Zara Zainab Anna Elizabeth Susan Harpreet Simran Pema Selvi Kavitha Revathi"
).split()
FAMILY = (  # noqa: SIM905 - readable as words
    "Agarwal Ahmed Ali Ansari Apte Arora Bajaj Banerjee Basu Bhat Bhatt Bhattacharya Bose Chandra "
    "Chatterjee Chauhan Chopra Chowdhury Das Dasgupta Desai Deshmukh Deshpande D'Souza Dutta "
    "Fernandes Gandhi Garg George Ghosh Gill Gokhale Goswami Goyal Gupta Hegde Hussain Iyengar "
    "Iyer Jain Jha Joshi Kadam Kale Kamath Kapoor Kaur Khan Khanna Kohli Krishnan Kulkarni Kumar "
    "Kurien Lal Lobo Mahajan Malhotra Mathew Mehta Menon Mishra Mistry Mohan Mukherjee Murthy "
    "Naidu Naik Nair Nambiar Nath Nayak Pandey Parekh Patel Patil Pillai Pinto Prasad Qureshi "
    "Raghavan Rai Raina Raju Raman Rao Rathore Reddy Roy Saha Saxena Sen Sengupta Seth Shah "
    "Sharma Sheikh Shetty Shinde Shukla Siddiqui Singh Sinha Soni Srivastava Subramanian Swamy "
    "Thakur Thomas Tiwari Tripathi Varghese Varma Verma Vyas Yadav Zaidi"
).split()
ABROAD = (
    ("male", "John", "Smith"), ("female", "Emma", "Johnson"), ("male", "Liam", "O'Connor"),
    ("female", "Siobhán", "Murphy"), ("male", "José", "García"), ("female", "Lucía", "Fernández"),
    ("male", "Jürgen", "Müller"), ("female", "Lena", "Fischer"), ("male", "Pierre", "Lefèvre"),
    ("female", "Chloé", "Dubois"), ("male", "Søren", "Jørgensen"), ("female", "Astrid", "Lindholm"),
    ("male", "Wei", "Zhang"), ("female", "Mei", "Chen"), ("male", "Hiroshi", "Tanaka"),
    ("female", "Yuki", "Sato"), ("male", "Minh", "Nguyen"), ("female", "Linh", "Tran"),
    ("male", "Kwame", "Mensah"), ("female", "Amina", "Okafor"), ("male", "Tesfaye", "Bekele"),
    ("female", "Olga", "Petrova"), ("male", "Piotr", "Kowalski"), ("female", "Elif", "Demir"),
    ("male", "Omar", "Haddad"), ("female", "Noor", "Al-Masri"), ("male", "Bikash", "Gurung"),
    ("female", "Sunita", "Tamang"), ("male", "Nimal", "Perera"), ("female", "Dilani", "Fernando"),
)  # fmt: skip
PLACES = (
    ("Pune", "Maharashtra", "4110"), ("Mumbai", "Maharashtra", "4000"),
    ("Bengaluru", "Karnataka", "5600"), ("Chennai", "Tamil Nadu", "6000"),
    ("Hyderabad", "Telangana", "5000"), ("Kochi", "Kerala", "6820"),
    ("Delhi", "Delhi", "1100"),
    ("Jaipur", "Rajasthan", "3020"), ("Kolkata", "West Bengal", "7000"),
    ("Ahmedabad", "Gujarat", "3800"), ("Lucknow", "Uttar Pradesh", "2260"),
)  # fmt: skip
STREETS = (
    "MG Road", "Station Road", "Temple Street", "Lake View Road", "Gandhi Nagar", "Nehru Marg",
    "Shivaji Path", "Church Street", "Park Lane", "Market Road", "Hill Road", "College Road",
)  # fmt: skip
ALLERGIES = ("Penicillin", "Sulfa drugs", "Aspirin", "Latex", "Peanuts", "Iodine contrast", "Dust")
CONDITIONS = ("Diabetes type 2", "Hypertension", "Asthma", "Hypothyroidism", "Migraine", "COPD")
GROUPS = ("O+", "O+", "O+", "B+", "B+", "B+", "A+", "A+", "AB+", "O-", "B-", "A-", "AB-", "")
LEAVE_TODAY = "Conference"
NOTES = (
    "Brings earlier reports", "Fasting blood test first", "Needs a wheelchair", "Prefers Hindi",
    "Second opinion", "X-ray before the visit", "Insurance papers to sign", "Comes with a relative",
)  # fmt: skip

DEPARTMENTS: tuple[tuple[str, str, str], ...] = (
    ("General medicine", "Gen. medicine", "Internal medicine"),
    ("Paediatrics", "Paediatrics", "Child health"),
    ("Cardiology", "Cardiology", "Interventional cardiology"),
    ("Orthopaedics", "Orthopaedics", "Joint replacement"),
    ("Dermatology", "Dermatology", "Clinical dermatology"),
    ("Gynaecology", "Gynaecology", "Obstetrics and gynaecology"),
)
"""Name, short name, and the specialization of its doctors."""
FIRST_DOCTORS: tuple[tuple[str, int], ...] = (
    ("Dr Meera Rao", 0), ("Dr Iqbal Khan", 0), ("Dr Anita Desai", 1), ("Dr S. Iyer", 2),
    ("Dr Lena Fischer", 3), ("Dr P. Nair", 4), ("Dr Kavita Joshi", 5), ("Dr Thomas Kurien", 0),
    ("Dr Farah Siddiqui", 1), ("Dr Vivek Banerjee", 2), ("Dr Gurpreet Gill", 3),
    ("Dr Leela Menon", 5),
)  # fmt: skip
"""The doctors of the demo hospital and the numbers of their departments."""


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up person."""

    sex: str
    given: str
    family: str


def person(rng: random.Random) -> Person:
    """Return somebody, mostly with an Indian name."""
    if rng.random() < 0.06:  # noqa: PLR2004 - visitors and residents from abroad
        return Person(*rng.choice(ABROAD))
    sex = "female" if rng.random() < 0.52 else "male"  # noqa: PLR2004 - more women visit doctors
    return Person(sex, rng.choice(FEMALE if sex == "female" else MALE), rng.choice(FAMILY))


def phone(rng: random.Random) -> str:
    """Return a mobile number in the Indian shape."""
    return f"+91 {rng.randrange(70000, 99999)} {rng.randrange(100000):05d}"


def doctor_name(rng: random.Random, number: int) -> tuple[str, int]:
    """Return the name of the n-th doctor and the number of the department."""
    if number < len(FIRST_DOCTORS):
        return FIRST_DOCTORS[number]
    who = person(rng)
    return f"Dr {who.given} {who.family}", number % len(DEPARTMENTS)
