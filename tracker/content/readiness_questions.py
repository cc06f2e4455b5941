"""What makes people ready: willing (attitudes, drivers) and able (skills, technology).

Each is a statement that a person agrees with, or not. There is no right answer and no mark; "I do
not understand the question" is an answer too. Drivers and technology are about the trust.
"""

from tracker.content.texts import ReadinessPart, ReadinessQuestionText

_STATEMENTS = {
    ReadinessPart.ATTITUDES: {
        "worth-it": "Digital tools can make my work better for the people I care for or work with.",
        "curious": "I like to try a new way of doing things.",
        "can-learn": "I can learn to use a new system if I get some time and help.",
        "safe-to-ask": "I feel safe to say that I do not know how to do something.",
        "my-job": "Helping others with digital things is part of my job.",
    },
    ReadinessPart.DRIVERS: {
        "time-given": "I get time at work to learn and to practise.",
        "manager-cares": "My manager asks how I get on with our systems.",
        "listened-to": "When I say what is wrong with a system, somebody listens.",
        "told-why": "I am told why a system changes before it does.",
        "thanked": "People who help others with digital things are thanked for it.",
    },
    ReadinessPart.SKILLS: {
        "daily-tasks": "I can do my daily tasks in our systems by myself.",
        "know-alerts": "I know which alerts matter in my work and what to do.",
        "know-safe": "I know how to keep information about people safe.",
        "know-help": "I know who can help me when I am stuck.",
        "know-next": "I know what I would like to learn next.",
    },
    ReadinessPart.TECHNOLOGY: {
        "device-near": "There is a device for me to use when I need one.",
        "works-well": "Our systems work when I need them.",
        "fast-enough": "I can sign in and get to work without a long wait.",
        "easy-to-use": "The systems I use are easy to use.",
        "fits-me": "I can set up the screen and the device so that they suit me.",
    },
}

QUESTIONS = tuple(
    ReadinessQuestionText(key, part, statement)
    for part, statements in _STATEMENTS.items()
    for key, statement in statements.items()
)
